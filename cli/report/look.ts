import type { Writable } from "node:stream";
import { styleText } from "node:util";
import type { Level } from "../../model/detection.ts";

type Style = Parameters<typeof styleText>[0];

/** How text is laid out for where it goes: a terminal has a width and colours, a file has none. */
export interface Look {
  /** Columns that a line may take, within what reads well. */
  readonly width: number;
  paint(style: Style, text: string): string;
}

/** Colours only where the stream is a terminal that shows them, and `NO_COLOR` is not set. */
export function lookOf(stream: Writable & { readonly columns?: number }): Look {
  return {
    width: Math.max(60, Math.min(140, stream.columns ?? 120)),
    paint: (style, text) => styleText(style, text, { stream }),
  };
}

const LEVEL_STYLES: Readonly<Record<Level, Style>> = {
  informational: "dim",
  low: "cyan",
  medium: "yellow",
  high: "red",
  critical: ["bold", "red"],
};

export function severityLabel(level: Level, look: Look): string {
  return look.paint(LEVEL_STYLES[level], level.toUpperCase());
}
