import type { EventRef } from "./event.ts";
import { eventIdentity, identityOf } from "./identity.ts";

/** Sigma's five levels, from least to most severe. */
export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof LEVELS)[number];

export function isAtLeast(level: Level, floor: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(floor);
}

/** What a detection or an incident says of the rule it came from. */
export interface RuleRef {
  readonly id: string;
  /** The unique short name by which correlation rules refer to it; the id where a rule has none. */
  readonly name: string;
  readonly title: string;
  readonly level: Level;
}

/** One detection rule matched one event. */
export interface Detection {
  /** hash(rule id, event identity) */
  readonly id: string;
  readonly rule: RuleRef;
  readonly event: EventRef;
  /** What the rule captured from the event (see `DetectionRule.capture`), for grouping, wording and counting. */
  readonly fields: Readonly<Record<string, string>>;
}

export function detectionId(ruleId: string, event: EventRef): string {
  return identityOf([ruleId, ...eventIdentity(event)]);
}
