import { stderr } from "node:process";
import type { Writable } from "node:stream";
import { type Logger, pino } from "pino";
import { z } from "zod";
import type { LogConfig } from "./config.ts";
import { type Look, lookOf } from "./report/look.ts";
import { visible } from "./report/visible-text.ts";

/** Where a log goes. */
export type LogStream = Writable & { readonly isTTY?: boolean };

/**
 * The log of a process that runs on its own: JSON lines, or for a person
 *
 *     2026-03-02 04:10:07 WARN  the stage cannot go on and tries again until it can: connect ECONNREFUSED  stage=detect
 */
export function createLog({ level, format }: LogConfig, stream: LogStream = stderr): Logger {
  const isForPerson = format === "pretty" || (format === "auto" && stream.isTTY === true);
  const look = lookOf(stream);
  // JSON leaves some control characters as they are.
  const write = (line: string) =>
    void stream.write(isForPerson ? readable(line, look) : `${visible(line.trimEnd())}\n`);
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime, base: { pid: process.pid }, formatters }, { write });
}

const Line = z.looseObject({
  level: z.string(),
  time: z.string(),
  pid: z.number(),
  msg: z.string().default(""),
  err: z.looseObject({ message: z.string() }).optional(),
});

const STYLES: Readonly<Record<string, Parameters<Look["paint"]>[0]>> = {
  debug: "dim",
  info: "green",
  warn: "yellow",
  error: "red",
};

/** The JSON line for a person. Whatever it holds stays one line, in which nothing is a command to the terminal. */
function readable(line: string, look: Look): string {
  const parsed = Line.safeParse(JSON.parse(line));
  // Whoever logged gave one of these names to something of their own.
  if (!parsed.success) return `${visible(line.trimEnd())}\n`;
  const { level, time, pid: _, msg, err, ...others } = parsed.data;
  const label = look.paint(STYLES[level] ?? "red", level.toUpperCase().padEnd(5));
  const pairs = Object.entries(others).map(
    ([key, value]) => `  ${look.paint("dim", `${visible(key)}=`)}${shown(value)}`,
  );
  const reason = err === undefined ? "" : `: ${visible(err.message)}`;
  return `${time.slice(0, 19).replace("T", " ")} ${label} ${visible(msg)}${reason}${pairs.join("")}\n`;
}

function shown(value: unknown): string {
  return visible(typeof value === "string" && /^\S+$/.test(value) ? value : JSON.stringify(value));
}
