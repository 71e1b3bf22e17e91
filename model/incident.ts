import type { Level, RuleRef } from "./detection.ts";
import type { EventRef } from "./event.ts";
import { identityOf } from "./identity.ts";
import type { Ticks } from "./ticks.ts";

/** One event that fills a step, with the rule that says so. */
export interface EvidenceEvent {
  readonly detectionId: string;
  readonly ruleName: string;
  readonly ruleTitle: string;
  readonly event: EventRef;
  readonly fields: Readonly<Record<string, string>>;
}

/** What fills one step of an incident: all of it counted, the first events kept. */
export interface Evidence {
  /** The step's state (`armed`, `triggered`, `failing`), or the name of a context. */
  readonly step: string;
  /** `context` stands beside the cause (who asked for the restart); `counter` speaks against it (another change in the same window). */
  readonly role: "step" | "context" | "counter";
  readonly count: number;
  readonly first: Ticks;
  readonly last: Ticks;
  /** At most `EVIDENCE_KEPT`, in order of time; of the first step what is more than everyday comes first, and each certificate once before any again. */
  readonly events: readonly EvidenceEvent[];
}

/** How many events of a step an incident names; the rest are counted. */
export const EVIDENCE_KEPT = 50;

/** How strongly the steps hang together (DOMAIN.md I.3). `weak` is worded "after", never "because". */
export type Strength = "strong" | "medium" | "weak";

/** A rate before and after a change, and whether it clearly rose (docs/correlation.md, "Onset"). */
export interface Onset {
  readonly before: number;
  /** Length of what was seen of the lookback, in ticks; shorter than asked for where the log begins later. */
  readonly beforeSpan: Ticks;
  readonly after: number;
  readonly afterSpan: Ticks;
  readonly rose: boolean;
  /** One sentence for a person. */
  readonly reason: string;
}

/** What a correlation rule concludes from the detections of one group. */
export interface Incident {
  /** hash(rule id, group key, anchor detection id) */
  readonly id: string;
  readonly rule: RuleRef;
  /** group-by field → value as first seen. */
  readonly group: Readonly<Record<string, string>>;
  /** The state of the last step that is filled, or `resolved`. */
  readonly state: string;
  readonly severity: Level;
  readonly title: string;
  /** When the event that stands for the first step was. */
  readonly started: Ticks;
  readonly updated: Ticks;
  readonly strength: Strength;
  /** One sentence: what the verdict rests on and what speaks against it. */
  readonly verdict: string;
  readonly onset: Onset | undefined;
  readonly evidence: readonly Evidence[];
  readonly advice: string;
}

export function incidentId(ruleId: string, groupKey: readonly string[], anchorDetectionId: string): string {
  return identityOf([ruleId, ...groupKey, anchorDetectionId]);
}
