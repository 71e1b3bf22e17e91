import type { Detection } from "../../model/detection.ts";
import { isBefore } from "../../model/event.ts";
import { DAY, type Ticks } from "../../model/ticks.ts";
import { inTurn } from "./in-turn.ts";
import type { SequenceRule, Step } from "./sequence-rule.ts";
import type { Timeline } from "./timeline.ts";

/** One occurrence of the cause within a group: what armed it, what then set it off, and when it was taken back. */
export interface Episode {
  /** Detections of the first step, ascending; the first is the incident's anchor. */
  readonly armed: readonly Detection[];
  /** Armed detection id → when it was taken back. */
  readonly takenBack: ReadonlyMap<string, Ticks>;
  /** Detections of the second step where that is filled by presence; empty where it is counted. */
  readonly next: readonly Detection[];
  /** When the last of what can be taken back was; undefined while some of it stands. */
  readonly resolvedAt: Ticks | undefined;
}

/** A first step without a second gathers what is no further apart than this. */
const LONE_STEP_GAP = 7n * DAY;

/**
 * Splits a group's timeline into episodes. While one waits for its second step, further detections of the first join it; what comes after that,
 * or so late that the second step could no longer follow the last, begins the next. A detection of the second step belongs to the episode that waits or was last set off.
 */
export function splitEpisodes(rule: SequenceRule, timeline: Timeline): readonly Episode[] {
  const splitter = new Splitter(rule);
  const { detections } = timeline.of(splitter.rules);
  for (const detection of inTurn(detections, (one, moment) => splitter.rankOf(one, moment))) splitter.take(detection);
  return splitter.episodes;
}

/** Filled by one detection's presence, without count or onset. */
export function isPlain(step: Step): boolean {
  return step.count <= 1 && step.onset === undefined;
}

interface Open {
  readonly armed: Detection[];
  readonly takenBack: Map<string, Ticks>;
  readonly next: Detection[];
}

class Splitter {
  readonly rules: readonly string[];
  readonly #rule: SequenceRule;
  readonly #first: Step;
  readonly #second: Step | undefined;
  readonly #gap: Ticks;
  readonly #open: Open[] = [];

  constructor(rule: SequenceRule) {
    const [first, second] = rule.steps;
    if (first === undefined) throw new Error(`sequence ${rule.name} has no steps`);
    this.#rule = rule;
    this.#first = first;
    this.#second = second !== undefined && isPlain(second) ? second : undefined;
    this.#gap = second?.within ?? LONE_STEP_GAP;
    this.rules = [...first.rules, ...(this.#second?.rules ?? []), ...(rule.until?.rules ?? [])];
  }

  get episodes(): readonly Episode[] {
    return this.#open.map((episode) => ({ ...episode, resolvedAt: this.#resolvedAt(episode) }));
  }

  /** What arms, 0, may have come before what sets off, 1, and that before what takes back, 2: so nothing is missed where the order is not known. */
  rankOf(detection: Detection, moment: readonly Detection[]): number {
    const isTakenBack = this.#takenBackBy(detection);
    const arming = (armed: Detection) => this.#isFirst(armed) && !isBefore(detection.event, armed.event);
    const takesBack =
      isTakenBack !== undefined &&
      (moment.some((one) => arming(one) && isTakenBack(one)) ||
        this.#open.some(({ armed, takenBack }) => armed.some((one) => !takenBack.has(one.id) && isTakenBack(one))));
    return takesBack ? 2 : this.#isFirst(detection) ? 0 : 1;
  }

  take(detection: Detection): void {
    if (this.#takesBack(detection)) return;
    if (this.#isFirst(detection)) this.#arm(detection);
    else if (this.#second?.rules.includes(detection.rule.name)) this.#setOff(detection, this.#second);
  }

  #isFirst({ rule }: Detection): boolean {
    return this.#first.rules.includes(rule.name);
  }

  #arm(detection: Detection): void {
    const current = this.#open.at(-1);
    const last = current?.armed.at(-1);
    if (
      current !== undefined &&
      last !== undefined &&
      current.next.length === 0 &&
      this.#resolvedAt(current) === undefined &&
      detection.event.time - last.event.time <= this.#gap
    )
      current.armed.push(detection);
    else this.#open.push({ armed: [detection], takenBack: new Map(), next: [] });
  }

  #setOff(detection: Detection, step: Step): void {
    const current = this.#open.at(-1);
    const cause = current?.armed.findLast((armed) => !current.takenBack.has(armed.id));
    if (cause !== undefined && detection.event.time - cause.event.time <= (step.within ?? 0n))
      current?.next.push(detection);
  }

  #takesBack(detection: Detection): boolean {
    const isTakenBack = this.#takenBackBy(detection);
    if (isTakenBack === undefined) return false;
    let took = false;
    for (const { armed, takenBack } of this.#open)
      for (const one of armed)
        if (!takenBack.has(one.id) && isTakenBack(one)) {
          takenBack.set(one.id, detection.event.time);
          took = true;
        }
    return took;
  }

  /** What a detection takes back of that which armed before it; undefined for one that takes nothing back. */
  #takenBackBy(detection: Detection): ((armed: Detection) => boolean) | undefined {
    const until = this.#rule.until;
    if (!until?.rules.includes(detection.rule.name)) return undefined;
    const wanted = until.same.map((field) => detection.fields[field]?.toLowerCase());
    if (wanted.includes(undefined)) return undefined;
    return (armed) =>
      !until.rules.includes(armed.rule.name) &&
      until.same.every((field, i) => armed.fields[field]?.toLowerCase() === wanted[i]);
  }

  #resolvedAt(episode: Open): Ticks | undefined {
    // Asked at every detection that arms: nothing is gone through while nothing was taken back.
    if (episode.takenBack.size === 0) return undefined;
    const same = this.#rule.until?.same ?? [];
    const reversible = episode.armed.filter(
      (armed) =>
        !this.#rule.until?.rules.includes(armed.rule.name) && same.every((field) => armed.fields[field] !== undefined),
    );
    if (this.#rule.until === undefined || reversible.length === 0) return undefined;
    let latest = 0n;
    for (const armed of reversible) {
      const at = episode.takenBack.get(armed.id);
      if (at === undefined) return undefined;
      if (at > latest) latest = at;
    }
    return latest;
  }
}
