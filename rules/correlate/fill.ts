import type { CoverageMap } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import type { Onset } from "../../model/incident.ts";
import type { Ticks } from "../../model/ticks.ts";
import { type Episode, isPlain } from "./episodes.ts";
import { type Kind, type Kinds, withoutRetries } from "./kinds.ts";
import { saidRates, testOnset } from "./onset.ts";
import type { OnsetTest, SequenceRule, Step } from "./sequence-rule.ts";

/** The very detections that fill a step. */
export interface StepFill {
  readonly step: Step;
  /** Ascending, never empty. */
  readonly detections: readonly Detection[];
  readonly onset: Onset | undefined;
}

export interface Filled {
  /** The filled steps, from the first on without a gap. */
  readonly fills: readonly StepFill[];
  /** Why the next step is not filled, where a rate was looked at. */
  readonly missed: Onset | undefined;
}

/** What filling needs to know beside the episode itself. */
export interface FillContext {
  readonly coverage: CoverageMap;
  kindsOf(step: Step): Kinds;
  /** Taken by an earlier episode, or by an incident that explains it better. */
  isClaimed(detection: Detection): boolean;
}

/** Fills one step after the other as far as it goes. */
export function fillSteps(rule: SequenceRule, episode: Episode, context: FillContext): Filled {
  const fills: StepFill[] = [];
  for (const [index, step] of rule.steps.entries()) {
    const before = fills.at(-1)?.detections ?? [];
    if (index === 0) {
      if (episode.armed.length < step.count) return { fills, missed: undefined };
      fills.push({ step, detections: episode.armed, onset: undefined });
    } else if (isPlain(step)) {
      const detections = index === 1 ? episode.next : follow(step, before, episode, context);
      if (detections.length === 0) return { fills, missed: undefined };
      fills.push({ step, detections, onset: undefined });
    } else {
      const { fill, missed } = new CountedStep(step, episode, context).fill(before);
      if (fill === undefined) return { fills, missed };
      fills.push(fill);
    }
  }
  return { fills, missed: undefined };
}

/** Detections of a step in the windows that begin with those of the step before. */
function follow(
  step: Step,
  before: readonly Detection[],
  episode: Episode,
  context: FillContext,
): readonly Detection[] {
  const { slice } = context.kindsOf(step).all;
  const found = new Set<Detection>();
  for (const { event } of before)
    for (const detection of slice.between(event.time, upTo(event.time + (step.within ?? 0n), episode)))
      if (!context.isClaimed(detection)) found.add(detection);
  return [...found];
}

function upTo(end: Ticks, episode: Episode): Ticks {
  return episode.resolvedAt !== undefined && episode.resolvedAt < end ? episode.resolvedAt : end;
}

class CountedStep {
  readonly #step: Step;
  readonly #window: Ticks;
  readonly #episode: Episode;
  readonly #context: FillContext;
  readonly #kinds: Kinds;

  constructor(step: Step, episode: Episode, context: FillContext) {
    this.#step = step;
    this.#window = step.onset?.window ?? step.within ?? 0n;
    this.#episode = episode;
    this.#context = context;
    this.#kinds = context.kindsOf(step);
  }

  fill(before: readonly Detection[]): { fill: StepFill | undefined; missed: Onset | undefined } {
    let missed: Onset | undefined;
    for (const change of this.#changes(before)) {
      const { kinds, onset } = this.#rising(change);
      missed ??= onset;
      if (kinds.length === 0) continue;
      const detections = this.#grow(kinds, change);
      if (detections.length >= this.#step.count)
        return { fill: { step: this.#step, detections, onset }, missed: undefined };
    }
    return { fill: undefined, missed };
  }

  /** The moments at which the rate may have changed: the step before, or, where the window is shorter than `within`, any failure in it. */
  *#changes(before: readonly Detection[]): Generator<Ticks> {
    const within = this.#step.within ?? 0n;
    const stride = this.#window / 24n;
    let last: Ticks | undefined;
    for (const { event } of before) {
      if (this.#window >= within) yield event.time;
      else
        for (const failure of this.#kinds.all.slice.between(event.time, upTo(event.time + within, this.#episode))) {
          if (last !== undefined && failure.event.time < last + stride) continue;
          last = failure.event.time;
          yield last;
        }
    }
  }

  /** The kinds of failure that clearly rose at `change`, and the rates of all together. */
  #rising(change: Ticks): { kinds: readonly Kind[]; onset: Onset | undefined } {
    const test = this.#step.onset;
    const present = this.#kinds.each.filter((kind) => this.#after(kind, change).length > 0);
    if (test === undefined) return { kinds: present, onset: undefined };
    const rose = present.filter((kind) => this.#test(kind, change, test, present.length).rose);
    const together = this.#test(this.#kinds.all, change, test, 1);
    if (rose.length === 0) return { kinds: together.rose ? present : [], onset: together };
    // What never came before belongs to the rise, though it may be too little to prove one alone.
    const kinds = present.filter((kind) => rose.includes(kind) || this.#test(kind, change, test, 1).before === 0);
    const [first] = kinds;
    return {
      kinds,
      onset:
        kinds.length === 1 && first !== undefined ? this.#test(first, change, test, 1) : this.#sum(kinds, change, test),
    };
  }

  #test(kind: Kind, change: Ticks, test: OnsetTest, kinds: number): Onset {
    const after = this.#after(kind, change);
    return testOnset({
      times: kind.attempts,
      after: withoutRetries(after).length,
      change,
      window: this.#window,
      lookback: test.lookback,
      seenSince: this.#seenSince(after),
      kinds,
    });
  }

  #sum(kinds: readonly Kind[], change: Ticks, test: OnsetTest): Onset {
    const each = kinds.map((kind) => this.#test(kind, change, test, 1));
    const [first] = each;
    if (first === undefined) throw new Error("no kind rose");
    const before = each.reduce((sum, onset) => sum + onset.before, 0);
    const after = each.reduce((sum, onset) => sum + onset.after, 0);
    return { ...first, before, after, rose: true, reason: saidRates(before, first.beforeSpan, after, first.afterSpan) };
  }

  #after(kind: Kind, change: Ticks): readonly Detection[] {
    return kind.slice
      .between(change, upTo(change + this.#window, this.#episode))
      .filter((detection) => !this.#context.isClaimed(detection));
  }

  /** The latest beginning of the logs that the failures stand in: before it, silence means nothing. */
  #seenSince(failures: readonly Detection[]): Ticks | undefined {
    let latest: Ticks | undefined;
    for (const { event } of failures) {
      const first = this.#context.coverage.get(event.computer, event.channel)?.first;
      if (first !== undefined && (latest === undefined || first > latest)) latest = first;
    }
    return latest;
  }

  /** A condition that stays true is one incident that grows: on from the window as long as no gap is longer than it. */
  #grow(kinds: readonly Kind[], change: Ticks): readonly Detection[] {
    const grown: Detection[] = [];
    let last = change;
    const merged = kinds
      .flatMap((kind) => kind.slice.between(change, this.#episode.resolvedAt ?? END_OF_TIME))
      .filter((detection) => !this.#context.isClaimed(detection));
    for (const detection of merged.toSorted((a, b) =>
      a.event.time < b.event.time ? -1 : a.event.time > b.event.time ? 1 : a.id < b.id ? -1 : 1,
    )) {
      if (detection.event.time - last > this.#window) break;
      grown.push(detection);
      last = detection.event.time;
    }
    return grown;
  }
}

const END_OF_TIME: Ticks = 2n ** 64n - 2n;
