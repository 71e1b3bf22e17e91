import { visible } from "./visible-text.ts";

/**
 * Text in lines of at most `width` columns, `first` before the first line and `rest` before the others. Line breaks in the text are kept;
 * whatever else a terminal would act on is made visible. A word longer than a line gets one of its own.
 */
export function wrap(text: string, width: number, first: string, rest: string): string {
  const lines = text
    .trimEnd()
    .split(/\r?\n/)
    .flatMap((line) => wrapLine(visible(line), width - rest.length));
  return lines.map((line, index) => `${index === 0 ? first : rest}${line}`.trimEnd()).join("\n");
}

function wrapLine(line: string, width: number): string[] {
  // What stands before a list's item is kept, and its further lines stand below its text.
  const lead = /^\s*(?:(?:[-*]|\d+[.)]) )?/.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  let current = lead;
  for (const word of line.slice(lead.length).split(" ")) {
    if (current.length > lead.length && current.length + word.length > width) {
      lines.push(current);
      current = " ".repeat(lead.length);
    }
    current += `${word} `;
  }
  return [...lines, current];
}
