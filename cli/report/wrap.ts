import { visible } from "./visible-text.ts";

/**
 * Text in lines of at most `width` columns, `first` before the first line and `rest` before the others. A line break is kept where a sentence ends
 * before it or an item of a list begins after it; whatever else a terminal would act on is made visible. A word longer than a line gets one of its own.
 */
export function wrap(text: string, width: number, first: string, rest: string): string {
  const paragraphs = text
    .trimEnd()
    .replace(/(?<![.:;!?]|^)\r?\n(?!\s*(?:[-*]|\d+[.)]) |\s*$)/gm, " ")
    .split(/\r?\n/);
  const lines = paragraphs.flatMap((paragraph) => wrapLine(visible(paragraph), width - rest.length));
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
