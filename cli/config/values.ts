import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";

/** Where the configuration file is, and for whom it is read. */
export interface Place {
  /** Relative paths are read from there. */
  readonly folder: string;
  /** False for a command that connects to nothing: then files and variables with secrets need not be there, and stand as empty text. */
  readonly withSecrets: boolean;
}

/** The path, read from the folder of the configuration file where it is relative. */
export function pathIn({ folder }: Place) {
  return z
    .string()
    .min(1, "a path is expected")
    .transform((path) => (isAbsolute(path) ? path : join(folder, path)));
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `2s`, `15m`, `12h`, `7d`: milliseconds. */
export const Duration = z
  .union([z.string(), z.number()], "a length of time like 2s is expected")
  .transform((given, context) => {
    const [, count = "", unit = ""] = /^(\d{1,6})\s?(ms|s|m|h|d)$/.exec(String(given)) ?? [];
    const duration = Number(count) * (UNITS[unit] ?? 0);
    if (duration > 0) return duration;
    context.addIssue(`"${given}" is no length of time: write a number and ms, s, m, h or d, like 2s`);
    return z.NEVER;
  });

/** Where a server listens. */
export interface Listen {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** `127.0.0.1:9464` or `[::1]:9464`; a port alone is one of this machine only. */
export const ListenAddress = z
  .union([z.string(), z.number()], "an address like 127.0.0.1:9464 is expected")
  .transform((given, context): Listen => {
    const [, host = "127.0.0.1", port] = /^(?:(\[[0-9a-fA-F:]+\]|[^\s:/]+):)?(\d{1,5})$/.exec(String(given)) ?? [];
    if (port !== undefined && Number(port) <= 65_535) return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
    context.addIssue(`"${given}" is no address to listen on: write an address and a port, like 127.0.0.1:9464`);
    return z.NEVER;
  });

/** `kafka-1.example:9092`. */
export const HostAndPort = z
  .union([z.string(), z.number()], "an address like kafka-1.example:9092 is expected")
  .transform((given, context) => {
    const [, port = ""] = /^(?:\[[0-9a-fA-F:]+\]|[^\s:/@]+):(\d{1,5})$/.exec(String(given)) ?? [];
    if (Number(port) >= 1 && Number(port) <= 65_535) return String(given);
    context.addIssue(`"${given}" is no address: write a host and a port, like kafka-1.example:9092`);
    return z.NEVER;
  });

/** An http or https address without a password in it: addresses are shown, and come into logs. */
export const HttpUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    context.addIssue("an address that begins with http:// or https:// is expected");
    return z.NEVER;
  }
  if (url.username === "" && url.password === "") return text;
  // Not the address itself: this message comes into logs too.
  context.addIssue("take the name and the password out of the address, and give them as keys of their own beside it");
  return z.NEVER;
});

/** `https://clickhouse.example:8443`: the client would take a path for the name of a database, and parameters for settings. */
export const ServerUrl = HttpUrl.refine(
  (text) => new URL(text).href === `${new URL(text).origin}/`,
  "the server alone is expected: leave out path and parameters (the database is a key of its own)",
);

/** The text of a PEM file that is named by path. */
export function pemFile(place: Place) {
  return pathIn(place).transform((path, context) => {
    if (!place.withSecrets) return "";
    const text = readText(path, context);
    if (text === undefined) return z.NEVER;
    if (text.includes("-----BEGIN ")) return text;
    context.addIssue(`${path} is no PEM file (it has no line "-----BEGIN …"): convert it, for example with openssl`);
    return z.NEVER;
  });
}

/** A file's text; undefined when that was refused. */
export function readText(path: string, context: z.core.$RefinementCtx): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    context.addIssue(`cannot read ${path} (${error instanceof Error ? error.message : String(error)})`);
    return undefined;
  }
}
