import type { Level, RuleRef } from "../../model/detection.ts";
import type { Ticks } from "../../model/ticks.ts";
import type { Place } from "../sigma/rule.ts";

/**
 * A cause that lies in wait: steps that follow each other within one group, each naming a state of the incident.
 * docs/correlation.md says exactly what fills a step.
 */
export interface SequenceRule extends RuleRef {
  readonly kind: "sequence";
  readonly description: string;
  readonly place: Place;
  /** Captured field names, or `Computer`; a detection that lacks one takes no part. Compared without regard to case. */
  readonly groupBy: readonly string[];
  /** At least one. */
  readonly steps: readonly Step[];
  /** What takes an armed cause back; undefined when nothing does. */
  readonly until: Until | undefined;
  readonly context: readonly Context[];
  /** Rules whose incidents, when they fail on the same events in the same group, explain them better: those events are theirs. */
  readonly inhibitedBy: readonly string[];
  /** Captured fields whose being the same in a cause and in a failure proves that they belong together (a certificate's thumbprint). */
  readonly link: readonly string[];
  readonly incident: IncidentTemplate;
}

export interface Step {
  readonly state: string;
  /** Names of detection rules; any of them. */
  readonly rules: readonly string[];
  /** At most this long after a detection of the step before; undefined on the first step only. */
  readonly within: Ticks | undefined;
  /** How many detections fill it; 1 unless given. */
  readonly count: number;
  readonly onset: OnsetTest | undefined;
}

/** The step is filled by a change in rate, not by presence: clearly more after the step before than in the time before it. */
export interface OnsetTest {
  readonly lookback: Ticks;
  /** How long after its beginning the new rate is measured; `within` unless given. Where it is shorter, the onset may begin anywhere in `within`. */
  readonly window: Ticks;
  /** Captured fields that tell kinds of failures apart: a steady one does not hide a new one. */
  readonly by: readonly string[];
  /** Failures of one kind this close together count as one; 5 s unless given, for a client whose handshake fails tries again at once. */
  readonly cluster: Ticks;
}

/**
 * A detection of `rules` takes back every armed detection before it that has the same values in `same`, but never one of `rules` themselves.
 * One that takes something back does not arm.
 */
export interface Until {
  readonly rules: readonly string[];
  readonly same: readonly string[];
}

/** Detections that stand beside the incident without being a step: `counter` speaks against the cause. */
export interface Context {
  readonly name: string;
  readonly role: "context" | "counter";
  readonly rules: readonly string[];
  /** The state whose first event it is looked for around. */
  readonly at: string;
  readonly before: Ticks;
  readonly after: Ticks;
  /** Said in the verdict when it is found: "The machine's clock was changed in the same day." */
  readonly text: string;
}

export interface IncidentTemplate {
  /** Nothing is reported before this state; the first step's unless given. */
  readonly from: string;
  /** State → title, with `{step.Field}` places. */
  readonly title: Readonly<Record<string, string>>;
  /** State → severity; `resolved` is that of an incident that had come to its last state, and `informational` unless given. */
  readonly severity: Readonly<Record<string, Level>>;
  readonly raise: readonly Raise[];
  readonly advice: string;
}

/** Grades an incident by what makes it dangerous: when its condition holds, its severities replace lower ones. */
export interface Raise {
  readonly to: Readonly<Record<string, Level>>;
  /** Said in the verdict: "it was removed on this host before". */
  readonly because: string;
  /** Holds when any detection of these rules is in the group … */
  readonly rules: readonly string[];
  /** … and, where fields are named, has the same values as a detection of the first step … */
  readonly same: readonly string[];
  /** … `before`: earlier than that one; `evidence`: from the same event; `ever`: at any time in the group. */
  readonly when: "before" | "evidence" | "ever";
}
