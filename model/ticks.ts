/**
 * A moment, or a length of time, as a count of 100 ns steps: the resolution of a Windows FILETIME.
 * Moments count from 1601-01-01T00:00:00Z, as a FILETIME does ([MS-DTYP] 2.3.3).
 */
export type Ticks = bigint;

export const MILLISECOND: Ticks = 10_000n;
export const SECOND: Ticks = 1_000n * MILLISECOND;
export const MINUTE: Ticks = 60n * SECOND;
export const HOUR: Ticks = 60n * MINUTE;
export const DAY: Ticks = 24n * HOUR;

/** 1970-01-01T00:00:00Z as a FILETIME. */
const UNIX_EPOCH: Ticks = 116_444_736_000_000_000n;

/** Milliseconds since 1970 as a FILETIME; fractions of a millisecond are kept to 100 ns. */
export function ticksFromUnixMs(ms: number): Ticks {
  return UNIX_EPOCH + BigInt(Math.round(ms * 10_000));
}

/** Whole milliseconds since 1970; the finer part is cut off. */
export function unixMs(ticks: Ticks): number {
  return Number((ticks - UNIX_EPOCH) / 10_000n);
}

/** `2016-08-29T19:01:09.1234567Z`, always seven digits of fraction; a moment no `Date` can hold is given as `FILETIME <n>`. */
export function isoFromTicks(ticks: Ticks): string {
  const seconds = (ticks - UNIX_EPOCH) / SECOND;
  const fraction = (ticks - UNIX_EPOCH) % SECOND;
  const [wholeSeconds, rest] = fraction < 0n ? [seconds - 1n, fraction + SECOND] : [seconds, fraction];
  const date = new Date(Number(wholeSeconds) * 1000);
  if (Number.isNaN(date.getTime())) return `FILETIME ${ticks}`;
  return `${date.toISOString().slice(0, -5)}.${String(rest).padStart(7, "0")}Z`;
}

/** Years beyond four digits have six and a sign (ECMA-262, "Expanded Years"). */
const ISO = /^((?:\d{4}|[+-]\d{6})-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Reads an ISO 8601 date or date and time, UTC when it names no zone; undefined when the text is none. */
export function ticksFromIso(text: string): Ticks | undefined {
  return ticksFromExact(text) ?? ticksFromAny(text);
}

/** The form that `isoFromTicks` writes, for which there is a quicker way; undefined for others. */
function ticksFromExact(text: string): Ticks | undefined {
  if (text.length !== 28 || !/^\d{4}-\d\d-(?:[01]\d|2[0-8])T\d\d:\d\d:\d\d\.\d{7}Z$/.test(text)) return undefined;
  // Most events that come together are of one minute.
  const minute = text.slice(0, 17);
  if (minute !== lastMinute.text) {
    const ms = Date.parse(`${minute}00Z`);
    if (Number.isNaN(ms)) return undefined;
    lastMinute = { text: minute, start: UNIX_EPOCH + BigInt(ms) * 10_000n };
  }
  const seconds = Number(text.slice(17, 19));
  return seconds > 59 ? undefined : lastMinute.start + BigInt(seconds * 10_000_000 + Number(text.slice(20, 27)));
}

let lastMinute = { text: "", start: 0n };

function ticksFromAny(text: string): Ticks | undefined {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const [, day = "", clock = "00:00:00", fraction = "", zone = "Z"] = match;
  const ms = Date.parse(`${day}T${clock}${zone}`);
  if (Number.isNaN(ms) || !isDay(day)) return undefined;
  return UNIX_EPOCH + BigInt(ms) * 10_000n + BigInt(fraction.padEnd(7, "0").slice(0, 7));
}

/** `Date.parse` takes 30 February for 2 March; up to the 28th there is nothing to doubt. */
function isDay(text: string): boolean {
  return Number(text.slice(-2)) <= 28 || new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

const UNITS: Readonly<Record<string, Ticks>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** A Sigma timespan, `15s`, `30m`, `24h` or `90d` (specification, correlation rules, "timespan"); undefined when it is none. */
export function ticksFromTimespan(text: string): Ticks | undefined {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  return match === null ? undefined : BigInt(match[1] ?? "0") * (UNITS[match[2] ?? ""] ?? 0n);
}
