/** A decimal number as a count of billionths: sums do not depend on the order of addition. */
export type Decimal = bigint;

const SCALE = 1_000_000_000n;

/** Of a safe integer. */
export function decimalOf(whole: number): Decimal {
  return BigInt(whole) * SCALE;
}

/** `-12.5`; undefined for what is no such number, or has more than 18 digits before or 9 behind the point. */
export function decimalFromText(text: string): Decimal | undefined {
  const match = /^\s*([+-]?)(\d{1,18})(?:\.(\d{1,9}))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "0", fraction = ""] = match;
  const value = BigInt(whole) * SCALE + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -value : value;
}

export function textOfDecimal(value: Decimal): string {
  const digits = String(value < 0n ? -value : value).padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -9)}${fraction === "" ? "" : `.${fraction}`}`;
}
