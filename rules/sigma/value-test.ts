import type { Network } from "./cidr.ts";
import type { DatePart } from "./date-part.ts";
import type { RegularExpression } from "./rule.ts";
import type { TextPattern } from "./text-pattern.ts";

/** What one value of an event, as text, is held against. */
export type ValueTest = TextTest | RegexTest | NumberTest | NetworkTest | DateTest;

/** The whole value is of the pattern; without regard to case unless `cased`. */
export interface TextTest {
  readonly kind: "text";
  readonly pattern: TextPattern;
  readonly cased: boolean;
}

/** Some part of the value matches, with regard to case unless the expression says otherwise. */
interface RegexTest {
  readonly kind: "regex";
  readonly expression: RegularExpression;
}

/** The value is a number, decimal or `0x` hexadecimal, and compares so. */
interface NumberTest {
  readonly kind: "number";
  readonly compare: Comparison;
  readonly than: number;
}

/** The value is an address of the network. */
interface NetworkTest {
  readonly kind: "cidr";
  readonly network: Network;
}

/** The value is an ISO 8601 time, a part of which compares so. */
interface DateTest {
  readonly kind: "date";
  readonly part: DatePart;
  readonly compare: Comparison;
  readonly than: number;
}

export const COMPARISONS = ["eq", "lt", "lte", "gt", "gte"] as const;
export type Comparison = (typeof COMPARISONS)[number];
