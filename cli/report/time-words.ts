import { DAY, HOUR, isoFromTicks, MINUTE, SECOND, type Ticks } from "../../model/ticks.ts";

/** `2026-03-02 04:10:07`, UTC. */
export function clock(time: Ticks): string {
  return isoFromTicks(time).slice(0, 19).replace("T", " ");
}

const UNITS: readonly (readonly [string, Ticks])[] = [
  ["d", DAY],
  ["h", HOUR],
  ["m", MINUTE],
  ["s", SECOND],
];

/** A length of time by its two largest units: `18d 21h`, `4m 12s`, `0s`. */
export function shortSpan(span: Ticks): string {
  const first = UNITS.findIndex(([, unit]) => span >= unit);
  if (first === -1) return "0s";
  let rest = span;
  const parts = UNITS.slice(first, first + 2).map(([name, unit]) => {
    const count = rest / unit;
    rest %= unit;
    return count > 0n ? `${count}${name}` : "";
  });
  return parts.filter((part) => part !== "").join(" ");
}

/** A length of time in words, by its one largest unit: `18 days`, `1 hour`. */
export function spanWords(span: Ticks): string {
  const [name, unit] = SPAN_WORDS.find(([, length]) => span >= length) ?? ["second", SECOND];
  const count = (span + unit / 2n) / unit;
  return `${count} ${name}${count === 1n ? "" : "s"}`;
}

const SPAN_WORDS: readonly (readonly [string, Ticks])[] = [
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
  ["second", SECOND],
];

/** How often something came, in the largest unit that gives at least one: `53 an hour`, `2 a day`, `1.5 a day`. */
export function rateWords(count: number, span: Ticks): string {
  if (count === 0 || span <= 0n) return `${count.toLocaleString("en-US")} in ${spanWords(span)}`;
  const perTick = count / Number(span);
  const [word, unit] = RATE_UNITS.find(([, length]) => perTick * Number(length) >= 1) ?? ["a day", DAY];
  const rate = perTick * Number(unit);
  const shown = rate.toLocaleString("en-US", { maximumFractionDigits: rate < 10 ? 1 : 0 });
  return `${shown} ${word}`;
}

const RATE_UNITS: readonly (readonly [string, Ticks])[] = [
  ["an hour", HOUR],
  ["a day", DAY],
];
