import type { Onset } from "../../model/incident.ts";
import { DAY, HOUR, MINUTE, type Ticks } from "../../model/ticks.ts";
import type { Moments } from "./moments.ts";

/** Below this probability "the rate is the same as before" is given up. Three failures in the day after a silent week lie just below it: (1/8)³. */
const ALPHA = 0.002;
/** The rate after must be more than this many times that of the worst day, and of the last hours, before. */
const FACTOR = 2;
/** The last hours before the change are looked at in parts of the lookback: of a week, a day, six hours and an hour. */
const NEAR = [7n, 28n, 168n] as const;

export interface OnsetInput {
  /** Of all failures of this kind; those before the change are looked at. */
  readonly times: Moments;
  /** How many there were in the `window` that begins with the change. */
  readonly after: number;
  readonly change: Ticks;
  readonly window: Ticks;
  readonly lookback: Ticks;
  /** Since when the log is there to look back into; undefined when nobody knows, and then it is taken to be long enough. */
  readonly seenSince: Ticks | undefined;
  /** How many such tests are made side by side (kinds of failures, windows looked at): each gets its share of the level, or chance would look like a rise. */
  readonly tests: number;
}

/**
 * Did failures clearly rise with the change? Three tests, all of which must say so.
 *
 * 1. By chance: given that `after + before` failures fell into both spans, how likely is it that so many fell into the later one if the rate had
 *    stayed the same? Exact (conditional binomial), so it holds for small counts.
 * 2. Against the worst span of equal length in the lookback: noise comes in bursts, which no probability of single events foresees.
 * 3. Against the last hours before the change: where they are a clear rise themselves, and the same time after holds no more than twice as many,
 *    the failures had already begun.
 */
export function testOnset(input: OnsetInput): Onset {
  const { after, change, window, lookback, seenSince } = input;
  const alpha = ALPHA / Math.max(1, input.tests);
  const canTell = (beforeSpan: Ticks) => chanceOf(after, 0, window, beforeSpan) <= alpha;
  const seen =
    seenSince === undefined || seenSince < change - lookback ? lookback : seenSince < change ? change - seenSince : 0n;
  const before = input.times.countBetween(change - seen, change - 1n);
  const result = (rose: boolean, reason: string): Onset => ({
    before,
    beforeSpan: seen,
    after,
    afterSpan: window,
    rose,
    reason,
  });
  const rates = saidRates(before, seen, after, window);

  if (after === 0) return result(false, `no failures in the ${span(window)} after`);
  // Even none before would have to be improbable, or the test can only say no.
  if (!canTell(seen))
    return result(
      false,
      `${rates}: ${seen === 0n ? "the log does not reach back before it" : "too little to tell a rise from chance"}`,
    );
  if (chanceOf(after, before, window, seen) > alpha) return result(false, `${rates}: no clear rise`);
  for (const part of NEAR) {
    const near = lookback / part;
    if (near < seen && hadBegun(input.times, change, near, seen, alpha))
      return result(false, `${rates}: they had already begun in the ${span(near)} before`);
  }
  const worst = worstSlot(input.times, change, window, seen);
  if (after <= FACTOR * worst) return result(false, `${rates}: as many as ${worst} in a ${span(window)} before`);
  return result(true, rates);
}

function hadBegun(times: Moments, change: Ticks, near: Ticks, seen: Ticks, alpha: number): boolean {
  const just = times.countBetween(change - near, change - 1n);
  const earlier = times.countBetween(change - seen, change - near - 1n);
  const next = times.countBetween(change, change + near);
  return chanceOf(just, earlier, near, seen - near) <= alpha && next <= FACTOR * just;
}

/** Did failures clearly fall at `end`, the window after it against the one before it? By the same test, turned round. */
export function hasFallen(times: Moments, end: Ticks, window: Ticks): boolean {
  const before = times.countBetween(end - window, end - 1n);
  const after = times.countBetween(end, end + window);
  return before > FACTOR * after && chanceOf(before, after, window, window) <= ALPHA;
}

function worstSlot(times: Moments, change: Ticks, window: Ticks, seen: Ticks): number {
  let worst = 0;
  for (let end = change; end - window >= change - seen; end -= window)
    worst = Math.max(worst, times.countBetween(end - window, end - 1n));
  return worst;
}

/**
 * P(at least `after` of `after + before` events fall into the later span) when each falls into it in proportion to its length
 * (Przyborowski and Wilenski 1940: comparing two Poisson rates).
 */
export function chanceOf(after: number, before: number, afterSpan: Ticks, beforeSpan: Ticks): number {
  if (beforeSpan <= 0n) return 1;
  const n = after + before;
  const q = Number(afterSpan) / Number(afterSpan + beforeSpan);
  if (after <= n * q) return 1;
  let term = Math.exp(
    logFactorial(n) -
      logFactorial(after) -
      logFactorial(n - after) +
      after * Math.log(q) +
      (n - after) * Math.log(1 - q),
  );
  let sum = 0;
  for (let k = after; k <= n && term > sum * 1e-12; k++) {
    sum += term;
    term *= ((n - k) / (k + 1)) * (q / (1 - q));
  }
  return Math.min(1, sum);
}

function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let k = 2; k <= n; k++) product *= k;
    return Math.log(product);
  }
  // Stirling's series; its error is below 1e-9 from 20 on.
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}

/** A length of time in the largest unit that says it: `7 days`, `36 hours`, `12 minutes`. */
export function span(ticks: Ticks): string {
  const [unit, name] =
    ticks >= 2n * DAY && ticks % DAY < HOUR ? [DAY, "day"] : ticks >= 2n * HOUR ? [HOUR, "hour"] : [MINUTE, "minute"];
  const count = Number(ticks / unit);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** `0 failures in the 7 days before, 212 in the 24 hours after` */
export function saidRates(before: number, beforeSpan: Ticks, after: number, afterSpan: Ticks): string {
  return `${before} failure${before === 1 ? "" : "s"} in the ${span(beforeSpan)} before, ${after} in the ${span(afterSpan)} after`;
}
