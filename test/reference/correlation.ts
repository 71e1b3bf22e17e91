import type { Ticks } from "../../model/ticks.ts";

/** One event of a case. It is told from others by computer, channel, record number and time: given twice, it is one. */
export interface CaseEvent {
  /** The name that the case gives it. */
  readonly id: string;
  readonly time: Ticks;
  readonly computer: string;
  readonly channel: string;
  readonly record: bigint;
  /** All of its fields by name, with `Computer`, `Channel` and `EventRecordID`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A detection rule, as simple as they come: all of these fields have these values, without regard to case. */
export interface PlainDetection {
  readonly name: string;
  /** The one in which its events stand; undefined where that is any. */
  readonly channel: string | undefined;
  readonly selection: Readonly<Record<string, string>>;
}

export const COUNT_OPERATORS = ["gt", "gte", "lt", "lte", "eq", "neq"] as const;

/** Decimal numbers as they are written. */
export type NumericCondition = Readonly<Partial<Record<(typeof COUNT_OPERATORS)[number], string>>>;

export const CORRELATION_TYPES = [
  "event_count",
  "value_count",
  "temporal",
  "temporal_ordered",
  "value_sum",
  "value_avg",
  "value_percentile",
] as const;

/** A correlation rule as the specification has it. */
export interface PlainCorrelation {
  readonly name: string;
  readonly type: (typeof CORRELATION_TYPES)[number];
  /** Names of detection rules or correlations; empty where only a boolean condition names them. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespan: Ticks;
  /** A text is a boolean condition; undefined is that of a temporal one which wants all of its rules. */
  readonly condition: NumericCondition | string | undefined;
  readonly fields: readonly string[];
  readonly percentile: string;
  /** Alias → rule → field. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly generate: boolean;
}

/** A correlation of our type `sequence`, as far as it can be told in a few words: without `onset`, `context`, `inhibited-by` and what words an incident. */
export interface PlainSequence {
  readonly name: string;
  readonly groupBy: readonly string[];
  readonly steps: readonly PlainStep[];
  readonly until: { readonly rules: readonly string[]; readonly same: readonly string[] } | undefined;
}

export interface PlainStep {
  readonly state: string;
  readonly rules: readonly string[];
  /** Of the step before; 0n for the first. */
  readonly within: Ticks;
  readonly count: number;
}

/** What the rules of a case come to: an incident a line. */
export interface PlainIncident {
  readonly rule: string;
  /** Ids of all events that are evidence of it, sorted. */
  readonly events: readonly string[];
  /** Of a sequence. */
  readonly state?: string | undefined;
}
