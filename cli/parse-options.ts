import { InvalidArgumentError, Option } from "commander";
import { type Ticks, ticksFromIso } from "../model/ticks.ts";
import { type Listen, ListenAddress } from "./config/values.ts";
import { FORMATS } from "./report/format.ts";

export function formatOption(): Option {
  return new Option("--format <format>", "how to print").choices(FORMATS).default("table");
}

export function storeOption(): Option {
  return new Option(
    "--store <dir>",
    "the folder that holds what was found (what the configuration names, or ./rootcause-data, unless given)",
  );
}

/** For options that take a moment: `2026-03-02` or `2026-03-02T04:10:07Z`, UTC when no zone is named. */
export function parseMoment(text: string): Ticks {
  const moment = ticksFromIso(text);
  if (moment === undefined)
    throw new InvalidArgumentError("Give a date or a date and time, like 2026-03-02 or 2026-03-02T04:10:07Z.");
  return moment;
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("Give a whole number, 1 or more.");
  return Number(text);
}

export function parseRecordId(text: string): bigint {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError("Give an EventRecordID, a whole number.");
  return BigInt(text);
}

export function parseSeconds(text: string): number {
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError("Give a number of seconds, like 2 or 0.5.");
  return Number(text);
}

/** For options that may be given again: what was given before, and this. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/**
 * Certificates' SHA-1 thumbprints, as people copy them: a list with commas, spaces or colons between the bytes, and the invisible mark that
 * Windows' certificate window puts before the first. Given back in capitals, without all that.
 */
export function parseThumbprints(text: string, before: readonly string[] = []): readonly string[] {
  const parts = text.split(",").map((part) => part.replace(/[\s:\p{Cf}]/gu, "").toUpperCase());
  const wrong = parts.find((part) => !/^[0-9A-F]{40}$/.test(part));
  if (wrong !== undefined)
    throw new InvalidArgumentError(
      `"${wrong}" is no SHA-1 thumbprint: 40 hexadecimal digits, as the certificate's Details show under "Thumbprint".`,
    );
  return [...before, ...parts];
}

/** For options that take an address to listen at: `127.0.0.1:8123`. */
export function parseListen(text: string): Listen {
  const parsed = ListenAddress.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`${parsed.error.issues[0]?.message ?? ""}.`);
  return parsed.data;
}
