import type { NumericCondition } from "./correlation.ts";

/** A decimal number, exactly: so many times 10⁻⁹. */
export type Decimal = bigint;

const ONE: Decimal = 1_000_000_000n;

/** Undefined where the text is no decimal number. */
export function decimalOf(text: string | undefined): Decimal | undefined {
  const match = /^([+-]?)(\d{1,18})(?:\.(\d{1,9}))?$/.exec(text ?? "");
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  const size = BigInt(whole) * ONE + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -size : size;
}

/** Whether `numerator / denominator` is as all of the condition ask; the denominator is positive. */
export function fulfils(condition: NumericCondition, numerator: bigint, denominator: bigint): boolean {
  const tests = {
    gt: (limit: Decimal) => numerator * ONE > limit * denominator,
    gte: (limit: Decimal) => numerator * ONE >= limit * denominator,
    lt: (limit: Decimal) => numerator * ONE < limit * denominator,
    lte: (limit: Decimal) => numerator * ONE <= limit * denominator,
    eq: (limit: Decimal) => numerator * ONE === limit * denominator,
    neq: (limit: Decimal) => numerator * ONE !== limit * denominator,
  };
  return (Object.keys(tests) as (keyof typeof tests)[]).every((operator) => {
    const limit = decimalOf(condition[operator]);
    return limit === undefined || tests[operator](limit);
  });
}

/** The percentile by linear interpolation around position (n − 1) · p / 100, as a fraction of two whole numbers. */
export function percentileOf(values: readonly Decimal[], percent: Decimal): readonly [bigint, bigint] {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const whole = 100n * ONE;
  const position = BigInt(sorted.length - 1) * percent;
  const below = sorted[Number(position / whole)] ?? 0n;
  const above = sorted[Number(position / whole) + 1] ?? below;
  return [below * whole + (above - below) * (position % whole), whole * ONE];
}

/** A sum of decimals over a whole number of them, as a fraction of two whole numbers. */
export function meanOf(values: readonly Decimal[]): readonly [bigint, bigint] {
  return [sumOf(values), BigInt(values.length) * ONE];
}

export function sumOf(values: readonly Decimal[]): Decimal {
  return values.reduce((sum, value) => sum + value, 0n);
}
