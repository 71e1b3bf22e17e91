import type { Detection } from "../../model/detection.ts";
import { isBefore } from "../../model/event.ts";
import type { Onset } from "../../model/incident.ts";
import type { Ticks } from "../../model/ticks.ts";
import { CountedStep } from "./counted-step.ts";
import { type Episode, isPlain } from "./episodes.ts";
import type { Kinds } from "./kinds.ts";
import type { SequenceRule, Step } from "./sequence-rule.ts";
import { compareDetections, type Slice } from "./timeline.ts";

/** The very detections that fill a step. */
export interface StepFill {
  readonly step: Step;
  /** Ascending, never empty. */
  readonly detections: readonly Detection[];
  readonly onset: Onset | undefined;
  /** When the condition ended, after its cause had been taken back; undefined while it lasts, and for steps that are not counted. */
  readonly endedAt: Ticks | undefined;
}

export interface Filled {
  /** The filled steps, from the first on without a gap. */
  readonly fills: readonly StepFill[];
  /** Why the next step is not filled, where a rate was looked at. */
  readonly missed: Onset | undefined;
}

/** What has been seen of a computer's channel; undefined when nothing has. */
export interface SeenLogs {
  firstSeen(computer: string, channel: string): Ticks | undefined;
  lastSeen(computer: string, channel: string): Ticks | undefined;
  /** The channels of a computer of which anything has been seen. */
  channelsOf(computer: string): readonly string[];
  /** Whether the watermark has passed a moment: nothing of that moment, or from before it, is to be expected any more. */
  hasPassed(computer: string, channel: string, at: Ticks): boolean;
}

/** What filling needs to know beside the episode itself. */
export interface FillContext extends SeenLogs {
  detectionsOf(step: Step): Slice;
  kindsOf(step: Step): Kinds;
  /** Taken by an earlier episode, or by an incident that explains it better. */
  isClaimed(detection: Detection): boolean;
}

/** Fills one step after the other as far as it goes. */
export function fillSteps(rule: SequenceRule, episode: Episode, context: FillContext): Filled {
  const fills: StepFill[] = [];
  for (const [index, step] of rule.steps.entries()) {
    const before = fills.at(-1);
    let fill: StepFill | undefined;
    if (before === undefined) fill = plainFill(step, episode.armed);
    else if (isPlain(step))
      fill = plainFill(step, index === 1 ? episode.next : follow(step, before.detections, context));
    else {
      const counted = new CountedStep(step, before, episode, context).fill();
      if (counted.fill === undefined) return { fills, missed: counted.missed };
      fill = counted.fill;
    }
    if (fill === undefined) break;
    fills.push(fill);
  }
  return { fills, missed: undefined };
}

function plainFill(step: Step, detections: readonly Detection[]): StepFill | undefined {
  return detections.length < step.count ? undefined : { step, detections, onset: undefined, endedAt: undefined };
}

/** Detections of a step in the windows that begin with those of the step before. */
function follow(step: Step, before: readonly Detection[], context: FillContext): readonly Detection[] {
  const found = new Set<Detection>();
  for (const { event } of before)
    for (const detection of context.detectionsOf(step).between(event.time, event.time + (step.within ?? 0n)))
      if (!isBefore(detection.event, event) && !context.isClaimed(detection)) found.add(detection);
  return [...found].sort(compareDetections);
}
