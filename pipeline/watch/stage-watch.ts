import type { Logger } from "pino";
import type { Outcome } from "../../alerts/webhook.ts";
import type { Level } from "../../model/detection.ts";
import type { Ticks } from "../../model/ticks.ts";
import type { Outage } from "../../storage/server.ts";
import type { FileDamage } from "../damage-report.ts";
import type { StageName, Watch } from "../stream/watch.ts";
import type { Metrics } from "./metrics.ts";
import { oneLine } from "./one-line.ts";

interface Failure {
  /** ms since 1970. */
  readonly since: number;
  readonly reason: string;
  /** Whether the log has it that the stage cannot go on. */
  readonly isLogged: boolean;
  /** What of the stage failed and has not been done since. */
  readonly open: Set<string>;
}

/**
 * What the stages say, counted; and what a person must know, in the log: that a stage fails, once, and that it goes on. That the store is away is said once
 * for all stages.
 */
export class StageWatch implements Watch {
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #outageOf: (error: unknown) => Outage | undefined;
  readonly #failures = new Map<StageName, Failure>();
  /** What is away, and since when, ms since 1970. */
  #away: { readonly what: string; readonly since: number } | undefined;
  /** Kinds of dead letters that the log has. */
  readonly #unreadable = new Set<string>();

  /** @param outageOf tells the errors that mean that the store is away */
  constructor(metrics: Metrics, log: Logger, outageOf: (error: unknown) => Outage | undefined) {
    this.#metrics = metrics;
    this.#log = log;
    this.#outageOf = outageOf;
  }

  events(count: number, newest: Ticks | undefined, late: number): void {
    this.#metrics.events.add({ stage: "detect" }, count);
    this.#metrics.lateEvents.add({}, late);
    if (newest !== undefined) this.#metrics.newestEvent("detect", newest);
  }

  detection(rule: string, level: Level): void {
    this.#metrics.detections.add({ rule, level });
  }

  incidents(change: "opened" | "changed" | "withdrawn", count: number): void {
    this.#metrics.incidents.add({ change }, count);
  }

  folded(count: number): void {
    this.#metrics.folded(count);
  }

  deadLetter(reason: string): void {
    this.#metrics.deadLetters.add({ reason });
    if (this.#unreadable.has(reason)) return;
    this.#unreadable.add(reason);
    this.#log.warn(
      { kind: reason },
      "a message could not be read: it is in the dead-letter topic, as those to come of its kind will be",
    );
  }

  unreadable({ file, lostRecords, places: [first] }: FileDamage): void {
    const where = first === undefined ? {} : { offset: first.offset, reason: first.reason };
    this.#log.warn({ file, records: lostRecords, ...where }, "records of a log could not be read and are left out");
  }

  alert(outcome: Outcome): void {
    this.#metrics.alerts.add({ outcome: outcome.kind });
    if (outcome.kind === "refused") this.#log.error({ reason: outcome.reason }, "an alert was refused");
  }

  batch(stage: StageName, seconds: number, what: string): void {
    this.#metrics.batch(stage, seconds);
    this.recovered(stage, what);
  }

  /** Only what had failed tells that the store is back: another batch may not have needed it. */
  recovered(stage: StageName, what: string): void {
    const failure = this.#failures.get(stage);
    if (failure === undefined || !failure.open.delete(what)) return;
    this.storeAnswers();
    if (failure.open.size > 0) return;
    this.#failures.delete(stage);
    if (failure.isLogged) this.#log.info({ stage, seconds: secondsSince(failure.since) }, "the stage goes on");
  }

  failed(stage: StageName, error: unknown, what: string): void {
    this.#metrics.retries.add({ stage });
    const { since = Date.now(), isLogged = false, open = new Set<string>() } = this.#failures.get(stage) ?? {};
    open.add(what);
    const outage = this.#outageOf(error);
    if (outage !== undefined) {
      const reason = `${outage.what} does not answer (${outage.why})`;
      this.#failures.set(stage, { since, reason, isLogged, open });
      this.#lost(outage);
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    this.#failures.set(stage, { since, reason, isLogged: true, open });
    if (!isLogged) this.#log.warn({ stage, reason }, "the stage cannot go on and tries again until it can");
  }

  released(stage: StageName): void {
    this.#failures.delete(stage);
  }

  /** The store could not be asked, whoever asked it. */
  storeFails(error: unknown): void {
    const outage = this.#outageOf(error);
    if (outage === undefined) this.#log.debug({ err: error }, "the store cannot be asked");
    else this.#lost(outage);
  }

  storeAnswers(): void {
    if (this.#away === undefined) return;
    this.#log.info({ seconds: secondsSince(this.#away.since) }, `${this.#away.what} answers again`);
    this.#away = undefined;
  }

  #lost({ what, why }: Outage): void {
    if (this.#away !== undefined) return;
    this.#away = { what, since: Date.now() };
    this.#log.warn(`${what} does not answer, waiting until it does: ${why}`);
  }

  /** The stages that cannot go on now, and why, a sentence each. */
  failing(): readonly string[] {
    return [...this.#failures].map(
      ([stage, { since, reason }]) =>
        `${stage} cannot go on since ${new Date(since).toISOString()}: ${oneLine(reason)}`,
    );
  }
}

/** @param since ms since 1970 */
function secondsSince(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
