import { CoverageMap } from "../model/coverage.ts";
import type { Detection } from "../model/detection.ts";
import type { Incident } from "../model/incident.ts";
import { GAP_KINDS, type GapKind, type LogGap } from "../model/log-gap.ts";
import { type RecordSpan, RecordSpans } from "../model/record-spans.ts";
import { Correlator } from "../rules/correlate/correlator.ts";
import { concluding, type RuleSet } from "../rules/load.ts";
import { readCoverage, writeCoverage } from "../storage/coverage.ts";
import { readDetections, writeDetections } from "../storage/detections.ts";
import { writeEvents } from "../storage/events.ts";
import { readLogGaps, reconcileLogGaps } from "../storage/log-gaps.ts";
import { reconcileIncidents } from "../storage/reconcile-incidents.ts";
import { readRecordSpans, writeRecordSpans } from "../storage/record-spans.ts";
import type { Store } from "../storage/store.ts";
import { DamageReport } from "./damage-report.ts";
import { findLogGaps, gapRuleNames, tellsOfGap } from "./log-gaps.ts";
import type { RangeResult } from "./range-result.ts";

/** Rows of an insert. */
const BATCH = 10_000;
/** How many events that tell of gaps are kept: a hostile log has as many as it likes. */
const MARKS_KEPT = 10_000;

/** What is concluded of the computers whose logs were read. */
export interface Concluded {
  /** In order of their beginning. */
  readonly incidents: readonly Incident[];
  /** In order of time. */
  readonly gaps: readonly LogGap[];
}

/** The way from results to incidents, in memory and in the store. */
export class ScanRun {
  records = 0;
  recovered = 0;
  readonly damage = new DamageReport();
  readonly #rules: RuleSet;
  readonly #gapRules: readonly string[];
  readonly #correlator: Correlator;
  readonly #store: Store | undefined;
  readonly #storeEvents: boolean;
  readonly #computers = new Set<string>();
  readonly #coverage = new CoverageMap();
  readonly #seen = new RecordSpans();
  readonly #marks = new Map<string, Detection>();
  readonly #unwritten: Detection[] = [];
  /** By where they begin. */
  readonly #unwrittenSpans = new Map<string, RecordSpan>();

  constructor(rules: RuleSet, store: Store | undefined, storeEvents: boolean) {
    this.#rules = rules;
    this.#gapRules = gapRuleNames(rules.detections);
    this.#correlator = new Correlator(concluding(rules));
    this.#store = store;
    this.#storeEvents = storeEvents;
  }

  /** How many detections came in floods and were only counted. */
  get folded(): number {
    return this.#correlator.folded;
  }

  /** State is a function of the detections: what is stored comes back first. */
  async begin(): Promise<void> {
    if (this.#store === undefined) return;
    for await (const detection of readDetections(this.#store, [...this.#correlator.ruleNames, ...this.#gapRules]))
      this.#add(detection);
    for (const span of await readCoverage(this.#store)) this.#correlator.addCoverage(span);
    for (const span of await readRecordSpans(this.#store)) this.#seen.add(span);
    for (const { kind, computer, channel, recordId, from, to } of await readLogGaps(this.#store))
      if (kind === "clock") this.#seen.addStep({ computer, channel, recordId, before: to, after: from });
  }

  async take(result: RangeResult): Promise<void> {
    this.records += result.records;
    this.recovered += result.recovered;
    this.damage.addFiles(result.damage);
    for (const detection of result.detections) {
      this.#add(detection);
      this.#computers.add(detection.event.computer.toLowerCase());
    }
    for (const span of result.coverage) {
      this.#correlator.addCoverage(span);
      this.#coverage.add(span);
      this.#computers.add(span.computer.toLowerCase());
    }
    for (const step of result.steps) this.#seen.addStep(step);
    for (const span of result.spans) this.#addSpan(span);
    if (this.#store === undefined) return;
    this.#unwritten.push(...result.detections);
    if (this.#unwritten.length >= BATCH) await this.#flush(this.#store);
    if (this.#storeEvents) await writeEvents(this.#store, result.events);
  }

  /** Writes what was taken: when it resolves, all of it is in the store. */
  async save(): Promise<void> {
    if (this.#store === undefined) return;
    await this.#flush(this.#store);
    await writeCoverage(this.#store, this.#coverage.values());
    await writeRecordSpans(this.#store, this.#unwrittenSpans.values());
    this.#unwrittenSpans.clear();
  }

  async conclude(): Promise<Concluded> {
    await this.save();
    const incidents = this.#correlator.incidents();
    const gaps = findLogGaps(this.#seen, this.#marks.values());
    if (this.#store !== undefined) {
      const ruleIds = [...this.#rules.sequences, ...this.#rules.correlations].map((rule) => rule.id);
      await reconcileIncidents(this.#store, ruleIds, incidents);
      await reconcileLogGaps(this.#store, this.#gapRules.length > 0 ? GAP_KINDS : WITHOUT_RULES, gaps);
    }
    return {
      incidents: incidents.filter(({ evidence }) =>
        evidence.some(({ events }) => events.some(({ event }) => this.#isRead(event.computer))),
      ),
      gaps: gaps.filter(({ computer }) => this.#isRead(computer)),
    };
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }

  #add(detection: Detection): void {
    this.#correlator.add(detection);
    if (tellsOfGap(detection) && this.#marks.size < MARKS_KEPT) this.#marks.set(detection.id, detection);
  }

  #addSpan(span: RecordSpan): void {
    const whole = this.#seen.add(span);
    if (whole !== undefined && this.#store !== undefined)
      this.#unwrittenSpans.set(JSON.stringify([whole.computer, whole.channel, String(whole.firstId)]), whole);
  }

  /** Few large inserts instead of one for each range. */
  async #flush(store: Store): Promise<void> {
    await writeDetections(store, this.#unwritten);
    this.#unwritten.length = 0;
  }

  #isRead(computer: string): boolean {
    return this.#computers.has(computer.toLowerCase());
  }
}

/** What is known without any rule's help. */
const WITHOUT_RULES: readonly GapKind[] = ["missing", "selected", "clock"];
