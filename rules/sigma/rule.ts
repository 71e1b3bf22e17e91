import type { RuleRef } from "../../model/detection.ts";
import type { Condition } from "./condition.ts";

/** Where a rule or one of its keys stands: what an error names, so that its writer finds it. Lines count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A Sigma rule of the plain kind (specification 2.1): it matches one event at a time. */
export interface DetectionRule extends RuleRef {
  readonly kind: "detection";
  readonly description: string;
  readonly place: Place;
  readonly logsource: Logsource;
  /** The parsed `detection` section: one tree, searches resolved. A list of conditions is one tree with `or`. */
  readonly condition: Condition;
  /**
   * Ours, under the custom attribute `capture`: what a detection carries of its event. Name → field and, where the value stands inside a longer
   * text, a regular expression whose first group that took part is the value. A name whose field is absent or does not match is left out.
   *
   *     capture:
   *       Subject: Data1
   *       Thumbprint: { field: TargetObject, match: '(?i)\\Certificates\\([0-9A-F]{40})' }
   *       Direction: { value: received }
   *       Root: { field: Certificate_fileRef, match: '^([0-9A-F]{40})', take: last }   # of several values; else the first
   */
  readonly capture: readonly Capture[];
}

export interface Logsource {
  readonly product: string | undefined;
  readonly category: string | undefined;
  readonly service: string | undefined;
}

/** `field` with or without `match`, or a constant. Several captures may have one name: the first that yields a value wins. */
export type Capture =
  | { readonly name: string; readonly kind: "constant"; readonly value: string }
  | {
      readonly name: string;
      readonly kind: "field";
      readonly field: string;
      readonly match: RegularExpression | undefined;
      readonly take: "first" | "last";
    };

/** A regular expression of a rule, for linear time (`testExpression`, `groupsIn`). */
export interface RegularExpression {
  /** RE2 syntax, flags included as `(?i)`. */
  readonly source: string;
  /** How many capturing groups it has. */
  readonly groups: number;
}
