import type { Detection } from "../../model/detection.ts";
import { exactIntegers } from "../../model/exact-integers.ts";
import type { Incident } from "../../model/incident.ts";
import { SharedTurns } from "../../model/shared-turns.ts";
import type { Ticks } from "../../model/ticks.ts";
import { incidentOutput } from "../../output/records.ts";
import type { IncidentOutput, WithdrawnOutput } from "../../output/schema.ts";
import type { CorrelationRule } from "../../rules/correlate/correlation-rule.ts";
import { type Conclusion, Correlator } from "../../rules/correlate/correlator.ts";
import { groupKeyOfIncident } from "../../rules/correlate/grouping.ts";
import { readCoverage } from "../../storage/coverage.ts";
import { readDetections } from "../../storage/detections.ts";
import { incidentRows } from "../../storage/incident-rows.ts";
import {
  readVersions,
  type StoredVersion,
  type VersionedRows,
  withdrawIncidents,
  writeVersions,
} from "../../storage/incident-versions.ts";
import { partitionOf } from "../../transport/partition-of.ts";
import type { Message } from "../../transport/transport.ts";
import type { StageContext } from "./context.ts";
import { lingerOf } from "./linger.ts";

/** What the groups of some partitions come to, here and in the store. */
export class Conclusions {
  readonly #context: StageContext;
  readonly #rules: ReadonlyMap<string, CorrelationRule>;
  readonly #isMine: (groupKey: string) => boolean;
  readonly #correlator: Correlator;
  /** Group key → incident id → what is stored of it, or about to be. */
  #known = new Map<string, Map<string, StoredVersion>>();
  /** What of that is not known to be stored, by id. */
  readonly #fresh = new Map<string, VersionedRows>();
  readonly #withdrawn = new Map<string, StoredVersion>();
  /** Concluded, and not known to be published. */
  readonly #pending = new Map<string, Conclusion>();
  /** Those of the detections that came since it was last looked up how far their logs have come. */
  readonly #computers = new Set<string>();
  readonly #turns = new SharedTurns();
  readonly #writes: SharedTurns;

  private constructor(
    context: StageContext,
    rules: readonly CorrelationRule[],
    isMine: (key: string) => boolean,
    lateness: Ticks,
  ) {
    this.#context = context;
    this.#writes = new SharedTurns(lingerOf(context.transport).rest);
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
    this.#isMine = isMine;
    this.#correlator = new Correlator(rules, isMine, lateness);
  }

  /** With what the store has of the groups that lie in `mine`, partitions of the topic of detections, which has `count`. */
  static async readBack(
    context: StageContext,
    rules: readonly CorrelationRule[],
    mine: ReadonlySet<number>,
    count: number,
    lateness: Ticks,
  ): Promise<Conclusions> {
    const conclusions = new Conclusions(context, rules, (key) => mine.has(partitionOf(key, count)), lateness);
    for await (const detection of readDetections(context.store, conclusions.#correlator.ruleNames))
      conclusions.#correlator.add(detection);
    await conclusions.sweep();
    return conclusions;
  }

  add(detection: Detection): void {
    this.#computers.add(detection.event.computer.toLowerCase());
    this.#correlator.add(detection);
  }

  /**
   * When it resolves, what was added before it was called is concluded, published and stored, but for a few more of what a group has by the thousand:
   * that is left to the next sweep. Calls that come meanwhile share one turn.
   */
  async settle(): Promise<void> {
    await this.#turns.share(() => this.#conclude("new"));
    await this.#writes.share(() => this.#write());
  }

  /**
   * Looks up how far the logs have come, and what is stored: a process that did not know yet that it had lost these partitions may have written
   * what it concluded from less.
   */
  async sweep(): Promise<void> {
    await this.#turns.take(async () => {
      const { store } = this.#context;
      // What is under way is no difference.
      await this.#writeNow();
      for (const span of await readCoverage(store)) this.#correlator.addCoverage(span);
      const stored = await this.#readStored();
      for (const [key, incidents] of stored) if (!areSame(incidents, this.#known.get(key))) this.#correlator.touch(key);
      this.#known = stored;
      await this.#conclude("all");
      this.#context.watch.folded(this.#correlator.folded);
    });
    await this.#writeNow();
  }

  async #readStored(): Promise<Map<string, Map<string, StoredVersion>>> {
    const groups = new Map<string, Map<string, StoredVersion>>();
    for (const version of await readVersions(this.#context.store, [...this.#rules.keys()])) {
      const rule = this.#rules.get(version.rule_id);
      const key = rule === undefined ? undefined : groupKeyOfIncident(rule, version.group);
      if (key === undefined || !this.#isMine(key)) continue;
      const group = groups.get(key) ?? new Map<string, StoredVersion>();
      groups.set(key, group.set(version.id, version));
    }
    return groups;
  }

  async #conclude(which: "all" | "new"): Promise<void> {
    await this.#lookUpCoverage();
    for (const conclusion of this.#correlator.changes(which)) this.#pending.set(conclusion.groupKey, conclusion);
    if (this.#pending.size === 0) return;
    const changes = [...this.#pending.values()].map((conclusion) => this.#changeOf(conclusion));
    await this.#publish(changes);
    this.#pending.clear();
    for (const { key, fresh, withdrawn } of changes) this.#remember(key, fresh, withdrawn);
  }

  /** Of the computers that something came of. */
  async #lookUpCoverage(): Promise<void> {
    if (this.#computers.size === 0) return;
    // What comes meanwhile is looked up the next time.
    const computers = [...this.#computers];
    this.#computers.clear();
    try {
      for (const span of await readCoverage(this.#context.store, computers)) this.#correlator.addCoverage(span);
    } catch (error) {
      for (const computer of computers) this.#computers.add(computer);
      throw error;
    }
  }

  #changeOf({ groupKey: key, incidents }: Conclusion): Change {
    const known = this.#known.get(key);
    const ids = new Set(incidents.map(({ id }) => id));
    const fresh: Fresh[] = [];
    for (const incident of incidents) {
      const rows = incidentRows(incident);
      const stored = known?.get(incident.id);
      if (stored?.content === rows.content && !stored.withdrawn) continue;
      const version = (stored?.version ?? 0) + 1;
      fresh.push({ rows: { ...rows, version }, incident, isNew: stored === undefined });
    }
    const withdrawn = [...(known?.values() ?? [])].filter((stored) => !stored.withdrawn && !ids.has(stored.id));
    return { key, fresh, withdrawn };
  }

  /** Published first: what is stored already is not published again, and whoever sends alerts must not miss it. */
  async #publish(changes: readonly Change[]): Promise<void> {
    const { publisher, topics, watch } = this.#context;
    const fresh = changes.flatMap((change) => change.fresh);
    const withdrawn = changes.flatMap((change) => change.withdrawn.map(({ id }) => id));
    await publisher.send(topics.incidents, [
      ...fresh.map(({ incident }) => incidentMessage(incidentOutput(incident, []))),
      ...withdrawn.map((id) => message({ kind: "withdrawn", id })),
    ]);
    const opened = fresh.filter(({ isNew }) => isNew).length;
    watch.incidents("opened", opened);
    watch.incidents("changed", fresh.length - opened);
    watch.incidents("withdrawn", withdrawn.length);
  }

  #writeNow(): Promise<void> {
    return this.#writes.share(() => this.#write(), true);
  }

  /** What has been published, and changes again before it is written, is written as it is then. */
  async #write(): Promise<void> {
    const { store } = this.#context;
    const [fresh, withdrawn] = [new Map(this.#fresh), new Map(this.#withdrawn)];
    // In this order: what is to be withdrawn may be among the others.
    await writeVersions(store, [...fresh.values()]);
    await withdrawIncidents(store, [...withdrawn.keys()]);
    for (const [id, rows] of fresh) if (this.#fresh.get(id) === rows) this.#fresh.delete(id);
    for (const [id, stored] of withdrawn) if (this.#withdrawn.get(id) === stored) this.#withdrawn.delete(id);
  }

  #remember(key: string, fresh: readonly Fresh[], withdrawn: readonly StoredVersion[]): void {
    if (fresh.length + withdrawn.length === 0) return;
    const group = this.#known.get(key) ?? new Map<string, StoredVersion>();
    this.#known.set(key, group);
    for (const { rows, incident } of fresh) {
      this.#fresh.set(rows.id, rows);
      this.#withdrawn.delete(rows.id);
      group.set(rows.id, {
        id: rows.id,
        version: rows.version,
        content: rows.content,
        withdrawn: false,
        rule_id: incident.rule.id,
        group: { ...incident.group },
      });
    }
    for (const stored of withdrawn) {
      this.#withdrawn.set(stored.id, stored);
      group.set(stored.id, { ...stored, version: stored.version + 1, withdrawn: true });
    }
  }
}

interface Fresh {
  readonly rows: VersionedRows;
  readonly incident: Incident;
  readonly isNew: boolean;
}

/** What is to be written of one group. */
interface Change {
  readonly key: string;
  readonly fresh: readonly Fresh[];
  readonly withdrawn: readonly StoredVersion[];
}

/** Bytes of a message with an incident; of one that comes to more, the evidence is counted and not named. */
const MOST_BYTES = 512_000;

function incidentMessage(incident: IncidentOutput): Message {
  const whole = message(incident);
  if (whole.value.length <= MOST_BYTES) return whole;
  return message({ ...incident, evidence: incident.evidence.map((step) => ({ ...step, events: [] })) });
}

function message(record: IncidentOutput | WithdrawnOutput): Message {
  return { key: record.id, value: Buffer.from(JSON.stringify(record, exactIntegers)) };
}

function areSame(a: ReadonlyMap<string, StoredVersion>, b: ReadonlyMap<string, StoredVersion> | undefined): boolean {
  if (a.size !== b?.size) return false;
  return [...a.values()].every(({ id, version, content, withdrawn }) => {
    const other = b.get(id);
    return other?.version === version && other.content === content && other.withdrawn === withdrawn;
  });
}
