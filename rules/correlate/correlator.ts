import { type Coverage, CoverageMap } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { logKey } from "../../model/log-key.ts";
import type { Ticks } from "../../model/ticks.ts";
import type { CorrelationRule } from "./correlation-rule.ts";
import { evaluateGroup } from "./evaluate.ts";
import { type Grouping, groupingsOf, groupKeyOf } from "./grouping.ts";
import { Groups } from "./groups.ts";

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
  readonly #lateness: Ticks;
  readonly #coverage = new CoverageMap();
  readonly #groups: Groups;
  /** Keys of groups, since the last `changes`. */
  readonly #changed = new Set<string>();
  /** Log → keys of groups whose conclusion rests on when it begins, or on how far it has come. */
  readonly #askedFor = { first: new Map<string, Set<string>>(), last: new Map<string, Set<string>>() };
  /** Computer in lower case → its channels that are known, and keys of groups whose conclusion rests on which there are. */
  readonly #computers = new Map<string, { readonly channels: string[]; readonly askedFor: Set<string> }>();
  /** Log → key of a group → the moment that the log's watermark must pass for the group to conclude more. */
  readonly #waiting = new Map<string, Map<string, Ticks>>();
  /** Detection rule → where its detections take part. */
  readonly #users = new Map<string, Grouping[]>();

  /**
   * @param isMine the groups that are concluded here, by key; all unless given
   * @param lateness how long after an event of a log others of before it may still come: so far its watermark stays behind
   * @param most how many detections a group may hold; enough unless given
   */
  constructor(
    rules: readonly CorrelationRule[],
    isMine: (groupKey: string) => boolean = () => true,
    lateness: Ticks = 0n,
    most?: number,
  ) {
    this.#isMine = isMine;
    this.#lateness = lateness;
    const groupings = groupingsOf(rules);
    this.#groups = new Groups(groupings, most);
    for (const grouping of groupings)
      for (const name of grouping.ruleNames) this.#users.set(name, [...(this.#users.get(name) ?? []), grouping]);
  }

  /** Names of the detection rules that take part in some correlation; others need not be added. */
  get ruleNames(): readonly string[] {
    return [...this.#users.keys()];
  }

  /** How many detections were only counted, because their groups came to more than is held of one. */
  get folded(): number {
    return this.#groups.folded;
  }

  add(detection: Detection): void {
    for (const grouping of this.#users.get(detection.rule.name) ?? []) {
      const key = groupKeyOf(grouping, detection);
      if (key === undefined || !this.#isMine(key)) continue;
      if (this.#groups.open(key, grouping).add(detection)) this.#changed.add(key);
    }
  }

  addCoverage(span: Coverage): void {
    const { first, last } = this.#coverage.get(span.computer, span.channel) ?? {};
    this.#coverage.add(span);
    const log = logKey(span.computer, span.channel);
    if (first === undefined) {
      const { channels, askedFor } = this.#computer(span.computer);
      channels.push(span.channel);
      this.#change(askedFor);
    }
    if (first === undefined || span.first < first) this.#change(this.#askedFor.first.get(log));
    if (last === undefined || span.last > last) {
      this.#change(this.#askedFor.last.get(log));
      this.#wake(log, span.last - this.#lateness);
    }
  }

  /** Has a group concluded again, if it is known here. */
  touch(groupKey: string): void {
    if (this.#groups.get(groupKey) !== undefined) this.#change([groupKey]);
  }

  /** All that is to be concluded now, in order of their beginning. */
  incidents(): readonly Incident[] {
    return this.#groups
      .keys()
      .flatMap((key) => this.#evaluate(key))
      .sort((a, b) => (a.started < b.started ? -1 : a.started > b.started ? 1 : a.id < b.id ? -1 : 1));
  }

  /**
   * What has come to groups since they were last taken: those to which detections were added, or whose conclusion rests on coverage that has grown.
   *
   * @param which `new` leaves for later where only a little more came of what a group has by the thousand
   */
  *changes(which: "all" | "new" = "all"): Generator<Conclusion> {
    for (const groupKey of this.#changed) {
      const group = this.#groups.get(groupKey);
      if (which === "new" && group?.canWait) continue;
      group?.noteConcluded();
      this.#changed.delete(groupKey);
      yield { groupKey, incidents: this.#evaluate(groupKey) };
    }
  }

  #evaluate(key: string): readonly Incident[] {
    const group = this.#groups.get(key);
    if (group === undefined) return [];
    const ask = (what: "first" | "last") => (computer: string, channel: string) => {
      const log = logKey(computer, channel);
      const groups = this.#askedFor[what].get(log) ?? new Set();
      this.#askedFor[what].set(log, groups.add(key));
      return this.#coverage.get(computer, channel)?.[what];
    };
    return evaluateGroup(group.grouping, [...group.held()], {
      firstSeen: ask("first"),
      lastSeen: ask("last"),
      channelsOf: (computer) => {
        const { channels, askedFor } = this.#computer(computer);
        askedFor.add(key);
        return channels;
      },
      hasPassed: (computer, channel, at) => this.#hasPassed(key, computer, channel, at),
    });
  }

  #computer(name: string) {
    const key = name.toLowerCase();
    const known = this.#computers.get(key) ?? { channels: [], askedFor: new Set<string>() };
    this.#computers.set(key, known);
    return known;
  }

  #hasPassed(key: string, computer: string, channel: string, at: Ticks): boolean {
    const last = this.#coverage.get(computer, channel)?.last;
    if (last !== undefined && last - this.#lateness > at) return true;
    const log = logKey(computer, channel);
    const waiting = this.#waiting.get(log) ?? new Map<string, Ticks>();
    const known = waiting.get(key);
    this.#waiting.set(log, waiting.set(key, known === undefined || at < known ? at : known));
    return false;
  }

  #wake(log: string, watermark: Ticks): void {
    const waiting = this.#waiting.get(log);
    for (const [key, at] of waiting ?? [])
      if (watermark > at) {
        waiting?.delete(key);
        this.#change([key]);
      }
  }

  #change(keys: Iterable<string> = []): void {
    for (const key of keys) {
      this.#changed.add(key);
      this.#groups.ifOpen(key)?.hurry();
    }
  }
}
