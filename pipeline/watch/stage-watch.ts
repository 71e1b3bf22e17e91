import type { Logger } from "pino";
import type { Outcome } from "../../alerts/webhook.ts";
import type { Level } from "../../model/detection.ts";
import type { Ticks } from "../../model/ticks.ts";
import type { StageName, Watch } from "../stream/watch.ts";
import type { Metrics } from "./metrics.ts";

interface Failure {
  /** ms since 1970. */
  readonly since: number;
  readonly reason: string;
}

/** What the stages say, counted; and what a person must know, in the log: that a stage fails, once, and that it goes on. */
export class StageWatch implements Watch {
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #failures = new Map<StageName, Failure>();
  /** Kinds of dead letters that the log has. */
  readonly #unreadable = new Set<string>();

  constructor(metrics: Metrics, log: Logger) {
    this.#metrics = metrics;
    this.#log = log;
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

  deadLetter(reason: string): void {
    this.#metrics.deadLetters.add({ reason });
    if (this.#unreadable.has(reason)) return;
    this.#unreadable.add(reason);
    this.#log.warn(
      { kind: reason },
      "a message could not be read: it is in the dead-letter topic, as those to come of its kind will be",
    );
  }

  alert(outcome: Outcome): void {
    this.#metrics.alerts.add({ outcome: outcome.kind });
    if (outcome.kind === "refused") this.#log.error({ reason: outcome.reason }, "an alert was refused");
  }

  batch(stage: StageName, seconds: number): void {
    this.#metrics.batch(stage, seconds);
    this.recovered(stage);
  }

  recovered(stage: StageName): void {
    const failure = this.#failures.get(stage);
    if (failure === undefined) return;
    this.#failures.delete(stage);
    this.#log.info({ stage, seconds: Math.round((Date.now() - failure.since) / 1000) }, "the stage goes on");
  }

  failed(stage: StageName, error: unknown): void {
    this.#metrics.retries.add({ stage });
    const before = this.#failures.get(stage);
    const reason = error instanceof Error ? error.message : String(error);
    this.#failures.set(stage, { since: before?.since ?? Date.now(), reason });
    if (before === undefined) this.#log.warn({ stage, reason }, "the stage cannot go on and tries again until it can");
  }

  /** The stages that cannot go on now, and why, a sentence each. */
  failing(): readonly string[] {
    return [...this.#failures].map(
      ([stage, { since, reason }]) =>
        `${stage} cannot go on since ${new Date(since).toISOString()}: ${reason.replace(/\s+/g, " ").slice(0, 500)}`,
    );
  }
}
