import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { UNREADABLE_REASONS } from "../../ingest/shippers/unreadable-error.ts";
import { type Ticks, unixMs } from "../../model/ticks.ts";
import type { TopicPartition } from "../../transport/transport.ts";
import { STAGES, type StageName } from "../stream/watch.ts";
import { BoundedCounter, BoundedGauge } from "./bounded.ts";

/** How many messages of a partition wait. */
export type Lag = TopicPartition & { readonly messages: bigint };

/** What is measured; docs/watching.md says what each means. */
export interface Metrics {
  readonly registry: Registry;
  readonly events: BoundedCounter<"stage">;
  readonly lateEvents: BoundedCounter;
  readonly detections: BoundedCounter<"rule" | "level">;
  readonly incidents: BoundedCounter<"change">;
  readonly openIncidents: BoundedGauge<"state" | "severity">;
  readonly logGaps: BoundedGauge<"kind">;
  readonly deadLetters: BoundedCounter<"reason">;
  readonly retries: BoundedCounter<"stage">;
  readonly alerts: BoundedCounter<"outcome">;
  /** Of how many detections there is only the count. */
  folded(count: number): void;
  batch(stage: StageName, seconds: number): void;
  /** The newest event that a stage has seen. */
  newestEvent(stage: StageName, time: Ticks): void;
  /** Where to ask how many messages wait, each time that someone looks. */
  lagFrom(source: () => readonly Lag[]): void;
}

/** Metrics in a registry of their own, with those of the process that Node has (memory, event loop, garbage collection). */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string = never>(name: string, help: string, ...labels: Label[]) =>
    new BoundedCounter<Label>(registry, { name: `rootcause_${name}`, help, labels });
  const gauge = <Label extends string>(name: string, help: string, ...labels: Label[]) =>
    new BoundedGauge<Label>(registry, { name: `rootcause_${name}`, help, labels });
  const batches = batchSeconds(registry);
  const folded = new Gauge({
    name: "rootcause_folded_detections",
    help: "Detections of floods of which only the count is held",
    registers: [registry],
  });
  const metrics: Metrics = {
    registry,
    events: counter("events_total", "Events that a stage has handled", "stage"),
    lateEvents: counter(
      "late_events_total",
      "Events that came after one of their computer and channel that was newer by more than correlate.lateness",
    ),
    detections: counter("detections_total", "Events that a rule matched", "rule", "level"),
    incidents: counter("incidents_total", "Incidents opened, changed and withdrawn", "change"),
    openIncidents: gauge("open_incidents", "Incidents that are not resolved", "state", "severity"),
    logGaps: gauge("log_gaps", "Stretches for which a log is no evidence", "kind"),
    deadLetters: counter("dead_letters_total", "Messages that could not be read", "reason"),
    retries: counter("retries_total", "Batches that failed and are tried again", "stage"),
    alerts: counter("alerts_total", "Alerts by what became of them", "outcome"),
    folded: (count) => folded.set(count),
    batch: (stage, seconds) => batches.observe({ stage }, seconds),
    newestEvent: watermarkDelay(registry),
    lagFrom: consumerLag(registry),
  };
  startAtZero(metrics);
  return metrics;
}

/** What is known to be possible is there before it happens: of a series that begins at 1 Prometheus sees no increase. */
function startAtZero({ deadLetters, retries, incidents, alerts }: Metrics): void {
  for (const reason of [...UNREADABLE_REASONS, "internal"]) deadLetters.add({ reason }, 0);
  for (const stage of STAGES) retries.add({ stage }, 0);
  for (const change of ["opened", "changed", "withdrawn"]) incidents.add({ change }, 0);
  for (const outcome of ["sent", "refused"]) alerts.add({ outcome }, 0);
}

/** Seconds; from a batch of a few messages to one that waited for a slow server. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

function batchSeconds(registry: Registry): Histogram<"stage"> {
  return new Histogram({
    name: "rootcause_batch_seconds",
    help: "How long a batch took, until all its effects were durable",
    labelNames: ["stage"],
    buckets: BUCKETS,
    registers: [registry],
  });
}

/** Worked out when it is read: it grows while nothing comes. */
function watermarkDelay(registry: Registry): Metrics["newestEvent"] {
  /** ms since 1970. */
  const newest = new Map<StageName, number>();
  new Gauge({
    name: "rootcause_watermark_delay_seconds",
    help: "How long ago the newest event was that a stage has seen",
    labelNames: ["stage"],
    registers: [registry],
    collect() {
      for (const [stage, time] of newest) this.set({ stage }, (Date.now() - time) / 1000);
    },
  });
  return (stage, time) => {
    newest.set(stage, Math.max(newest.get(stage) ?? 0, unixMs(time)));
  };
}

function consumerLag(registry: Registry): Metrics["lagFrom"] {
  let source: () => readonly Lag[] = () => [];
  new Gauge({
    name: "rootcause_consumer_lag_messages",
    help: "Messages that wait behind those handled, of each partition that this process has",
    labelNames: ["topic", "partition"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { topic, partition, messages } of source()) this.set({ topic, partition }, Number(messages));
    },
  });
  return (given) => {
    source = given;
  };
}
