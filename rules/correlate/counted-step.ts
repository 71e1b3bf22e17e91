import type { Detection } from "../../model/detection.ts";
import { type EventRef, isBefore } from "../../model/event.ts";
import type { Onset } from "../../model/incident.ts";
import type { Ticks } from "../../model/ticks.ts";
import type { Episode } from "./episodes.ts";
import type { FillContext, StepFill } from "./fill.ts";
import { countOf, type Held } from "./held.ts";
import { clustered, type Kind, type Kinds } from "./kinds.ts";
import { hasFallen, saidRates, testOnset } from "./onset.ts";
import type { OnsetTest, Step } from "./sequence-rule.ts";
import { spreadOf } from "./spread.ts";
import { compareDetections } from "./timeline.ts";

/** A step that takes a number of detections, or a change in their rate, after the step before. */
export class CountedStep {
  readonly #step: Step;
  readonly #before: StepFill;
  readonly #window: Ticks;
  readonly #episode: Episode;
  readonly #context: FillContext;
  readonly #kinds: Kinds;
  /** How many windows `within` holds: so often chance has its chance. */
  readonly #windows: number;

  constructor(step: Step, before: StepFill, episode: Episode, context: FillContext) {
    this.#step = step;
    this.#before = before;
    this.#window = step.onset?.window ?? step.within ?? 0n;
    this.#episode = episode;
    this.#context = context;
    this.#kinds = context.kindsOf(step);
    this.#windows = Math.max(1, Number((step.within ?? 0n) / (this.#window || 1n)));
  }

  fill(): { readonly fill: StepFill | undefined; readonly missed: Onset | undefined } {
    let missed: Onset | undefined;
    for (const change of this.#changes()) {
      const { kinds, onset } = this.#rising(change);
      missed ??= onset;
      if (kinds.length === 0) continue;
      const grown = withoutStrays(this.#grow(kinds, change), this.#step.count);
      if (clustered(grown, this.#step.onset?.cluster ?? 0n).count < this.#step.count) continue;
      const endedAt = this.#endOf(kinds, grown, change);
      const detections = endedAt === undefined ? grown : grown.filter(({ event }) => event.time <= endedAt);
      return { fill: { step: this.#step, detections, onset, endedAt }, missed: undefined };
    }
    return { fill: undefined, missed };
  }

  /** The moments at which the rate may have changed: the step before, or, where the window is shorter than `within`, any failure in it. */
  *#changes(): Generator<EventRef> {
    const within = this.#step.within ?? 0n;
    const stride = this.#window / 24n;
    let last: Ticks | undefined;
    for (const { event } of this.#before.detections) {
      if (this.#window >= within) yield event;
      else
        for (const failure of this.#kinds.all.slice.between(event.time, event.time + within)) {
          if (isBefore(failure.event, event) || (last !== undefined && failure.event.time < last + stride)) continue;
          last = failure.event.time;
          yield failure.event;
        }
    }
  }

  /** The kinds of failure that clearly rose at `change`, and their rates together. */
  #rising(change: EventRef): { readonly kinds: readonly Kind[]; readonly onset: Onset | undefined } {
    const test = this.#step.onset;
    const present = this.#kinds.each.filter((kind) => this.#after(kind, change).length > 0);
    if (test === undefined) return { kinds: present, onset: undefined };
    const tested = present.map((kind) => ({ kind, onset: this.#test(kind, change, test, present.length) }));
    if (!tested.some(({ onset }) => onset.rose)) {
      const together = this.#test(this.#kinds.all, change, test, 1);
      return { kinds: together.rose ? present : [], onset: together };
    }
    // What never came before belongs to the rise, though it may be too little to prove one alone.
    const rising = tested.filter(({ onset }) => onset.rose || onset.before === 0);
    return { kinds: rising.map(({ kind }) => kind), onset: sumOf(rising.map(({ onset }) => onset)) };
  }

  #test(kind: Kind, change: EventRef, test: OnsetTest, kinds: number): Onset {
    const after = this.#after(kind, change);
    return testOnset({
      times: kind.attempts,
      after: clustered(after, test.cluster).count,
      change: change.time,
      window: this.#window,
      lookback: test.lookback,
      seenSince: this.#seenSince(after),
      tests: kinds * this.#windows,
    });
  }

  #after(kind: Kind, change: EventRef): readonly Detection[] {
    return this.#following(kind.slice.between(change.time, change.time + this.#window), change);
  }

  #following(detections: readonly Detection[], change: EventRef): readonly Detection[] {
    return detections.filter((detection) => !isBefore(detection.event, change) && !this.#context.isClaimed(detection));
  }

  /** The latest beginning of the logs that the failures stand in: before it, silence means nothing. */
  #seenSince(failures: readonly Detection[]): Ticks | undefined {
    let latest: Ticks | undefined;
    let looked: Detection["event"] | undefined;
    for (const { event } of failures) {
      // Most stand in the same log as the one before.
      if (event.computer === looked?.computer && event.channel === looked.channel) continue;
      looked = event;
      const first = this.#context.firstSeen(event.computer, event.channel);
      if (first !== undefined && (latest === undefined || first > latest)) latest = first;
    }
    return latest;
  }

  /** A condition that stays true is one incident that grows: on from the window as long as no gap is longer than it. */
  #grow(kinds: readonly Kind[], change: EventRef): readonly Detection[] {
    const grown: Detection[] = [];
    const from: readonly Held[] = this.#following(
      kinds.flatMap((kind) => kind.slice.from(change.time)),
      change,
    ).toSorted(compareDetections);
    const counted = spreadOf(from);
    let last = change.time;
    for (const detection of from) {
      if (detection.event.time - last > this.#window && !counted.covers(last, detection.event.time, this.#window))
        break;
      grown.push(detection);
      last = detection.event.time;
    }
    return grown;
  }

  /**
   * When the failures ended, if the cause was taken back: with the last of them, or at the restart that made it count, or then.
   * Absence is concluded only from a log that goes on for the window after it.
   */
  #endOf(kinds: readonly Kind[], grown: readonly Detection[], { time: change }: EventRef): Ticks | undefined {
    const takenBack = [...this.#episode.takenBack.values()]
      .filter((at) => at >= change)
      .sort((a, b) => (a < b ? -1 : 1))[0];
    const last = grown.at(-1)?.event;
    if (takenBack === undefined || last === undefined) return undefined;
    const restarts = this.#context.detectionsOf(this.#before.step).between(takenBack, last.time);
    const attempts = clustered(
      kinds.flatMap((kind) => kind.slice.from(change)).toSorted(compareDetections),
      this.#step.onset?.cluster ?? 0n,
    );
    const seenUntil = this.#context.lastSeen(last.computer, last.channel) ?? 0n;
    return [takenBack, ...restarts.map(({ event }) => event.time), last.time + 1n].findLast(
      (end) => seenUntil > end + this.#window && hasFallen(attempts, end, this.#window),
    );
  }
}

/** How many times longer than the usual gap the one behind a stray is. */
const STRAY_GAP = 20n;

/** Leaves out the few failures, if any, that came long before all others: the rise began with those, not with a stray. */
function withoutStrays(detections: readonly Held[], count: number): readonly Detection[] {
  const all = countOf(detections);
  const counted = spreadOf(detections);
  const few = Math.min(Math.max(3, all / 50), all - Math.max(count, 3));
  let start = 0;
  let passed = 0;
  for (const [at, before] of detections.entries()) {
    const [proper, last] = [detections[at + 1], detections.at(-1)];
    passed += countOf([before]);
    if (passed > few || proper === undefined || last === undefined) break;
    const usual = (last.event.time - proper.event.time) / BigInt(Math.max(1, all - passed - 1));
    const between = counted.between(before.event.time, proper.event.time);
    if (proper.event.time - before.event.time > STRAY_GAP * usual * BigInt(1 + between)) start = at + 1;
  }
  return detections.slice(start);
}

function sumOf(onsets: readonly Onset[]): Onset | undefined {
  const [first] = onsets;
  if (first === undefined || onsets.length === 1) return first;
  const before = onsets.reduce((sum, onset) => sum + onset.before, 0);
  const after = onsets.reduce((sum, onset) => sum + onset.after, 0);
  return { ...first, before, after, rose: true, reason: saidRates(before, first.beforeSpan, after, first.afterSpan) };
}
