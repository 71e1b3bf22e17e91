import { type Coverage, CoverageMap } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import type { Ticks } from "../../model/ticks.ts";
import type { CorrelationRule } from "./correlation-rule.ts";
import { evaluateGroup } from "./evaluate.ts";
import { type Grouping, groupingsOf, groupKeyOf } from "./grouping.ts";

/** What one group comes to now: all of its incidents. */
export interface Conclusion {
  /** 32 hex digits. */
  readonly groupKey: string;
  readonly incidents: readonly Incident[];
}

/**
 * Concludes incidents from detections. It is a view: the same set of detections and coverage gives the same incidents,
 * in whatever order and however often they were added.
 */
export class Correlator {
  readonly #isMine: (groupKey: string) => boolean;
  readonly #coverage = new CoverageMap();
  readonly #seen = new Map<string, Detection>();
  readonly #groups = new Map<string, Group>();
  /** Since the last `changes`. */
  readonly #changed = new Set<Group>();
  /** Groups whose conclusion rests on when a log begins, or on how far it has come. */
  readonly #askedFor = { first: new Map<string, Set<Group>>(), last: new Map<string, Set<Group>>() };
  /** Log → group → the moment that its watermark must pass for the group to conclude more. */
  readonly #waiting = new Map<string, Map<Group, Ticks>>();
  readonly #lateness: Ticks;
  /** Detection rule → where its detections take part. */
  readonly #users = new Map<string, Grouping[]>();

  /**
   * @param isMine the groups that are concluded here, by key; all unless given
   * @param lateness how long after an event of a log others of before it may still come: so far its watermark stays behind
   */
  constructor(
    rules: readonly CorrelationRule[],
    isMine: (groupKey: string) => boolean = () => true,
    lateness: Ticks = 0n,
  ) {
    this.#isMine = isMine;
    this.#lateness = lateness;
    for (const grouping of groupingsOf(rules))
      for (const name of grouping.ruleNames) this.#users.set(name, [...(this.#users.get(name) ?? []), grouping]);
  }

  /** Names of the detection rules that take part in some correlation; others need not be added. */
  get ruleNames(): readonly string[] {
    return [...this.#users.keys()];
  }

  add(detection: Detection): void {
    const users = this.#users.get(detection.rule.name);
    if (users === undefined) return;
    const known = this.#seen.get(detection.id);
    if (known !== undefined && !comesBefore(detection, known)) return;
    this.#seen.set(detection.id, detection);
    for (const grouping of users) {
      if (known !== undefined) this.#groupOf(grouping, known)?.detections.delete(known.id);
      this.#groupOf(grouping, detection)?.detections.set(detection.id, detection);
    }
  }

  addCoverage(span: Coverage): void {
    const { first, last } = this.#coverage.get(span.computer, span.channel) ?? {};
    this.#coverage.add(span);
    const log = logKey(span.computer, span.channel);
    if (first === undefined || span.first < first) this.#change(this.#askedFor.first.get(log));
    if (last === undefined || span.last > last) {
      this.#change(this.#askedFor.last.get(log));
      this.#wake(log, span.last - this.#lateness);
    }
  }

  /** Has a group concluded again, if it is known here. */
  touch(groupKey: string): void {
    const group = this.#groups.get(groupKey);
    if (group !== undefined) this.#changed.add(group);
  }

  /** All that is to be concluded now, in order of their beginning. */
  incidents(): readonly Incident[] {
    return [...this.#groups.values()]
      .flatMap((group) => this.#evaluate(group))
      .sort((a, b) => (a.started < b.started ? -1 : a.started > b.started ? 1 : a.id < b.id ? -1 : 1));
  }

  /** What has come to groups since they were last taken: those to which detections were added, or whose conclusion rests on coverage that has grown. */
  *changes(): Generator<Conclusion> {
    for (const group of this.#changed) {
      this.#changed.delete(group);
      yield { groupKey: group.key, incidents: this.#evaluate(group) };
    }
  }

  #evaluate(group: Group): readonly Incident[] {
    const ask = (what: "first" | "last") => (computer: string, channel: string) => {
      const log = logKey(computer, channel);
      const groups = this.#askedFor[what].get(log) ?? new Set();
      this.#askedFor[what].set(log, groups.add(group));
      return this.#coverage.get(computer, channel)?.[what];
    };
    return evaluateGroup(group.grouping, [...group.detections.values()], {
      firstSeen: ask("first"),
      lastSeen: ask("last"),
      hasPassed: (computer, channel, at) => this.#hasPassed(group, computer, channel, at),
    });
  }

  #hasPassed(group: Group, computer: string, channel: string, at: Ticks): boolean {
    const last = this.#coverage.get(computer, channel)?.last;
    if (last !== undefined && last - this.#lateness >= at) return true;
    const log = logKey(computer, channel);
    const waiting = this.#waiting.get(log) ?? new Map<Group, Ticks>();
    const known = waiting.get(group);
    this.#waiting.set(log, waiting.set(group, known === undefined || at < known ? at : known));
    return false;
  }

  #wake(log: string, watermark: Ticks): void {
    const waiting = this.#waiting.get(log);
    for (const [group, at] of waiting ?? [])
      if (watermark >= at) {
        waiting?.delete(group);
        this.#changed.add(group);
      }
  }

  #change(groups: Iterable<Group> = []): void {
    for (const group of groups) this.#changed.add(group);
  }

  /** The group that a detection belongs to, made if need be, which is about to change. */
  #groupOf(grouping: Grouping, detection: Detection): Group | undefined {
    const key = groupKeyOf(grouping, detection);
    if (key === undefined || !this.#isMine(key)) return undefined;
    const group = this.#groups.get(key) ?? { key, grouping, detections: new Map<string, Detection>() };
    this.#groups.set(key, group);
    this.#changed.add(group);
    return group;
  }
}

interface Group {
  readonly key: string;
  readonly grouping: Grouping;
  /** By id. */
  readonly detections: Map<string, Detection>;
}

/**
 * Of two detections of one event and rule that came by roads which do not write it alike (another case, a field dropped), the one that counts.
 * It must not be the one that came first.
 */
function comesBefore(a: Detection, b: Detection): boolean {
  const text = ({ event, fields }: Detection) =>
    JSON.stringify([event.computer, event.channel, Object.entries(fields).sort()]);
  return text(a) < text(b);
}

function logKey(computer: string, channel: string): string {
  return `${computer.toLowerCase()}\u0000${channel}`;
}
