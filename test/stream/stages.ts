import { join } from "node:path";
import type { Webhook } from "../../alerts/webhook.ts";
import { startStages } from "../../pipeline/stream/run-stages.ts";
import type { Topics } from "../../pipeline/stream/topics.ts";
import type { Watch } from "../../pipeline/stream/watch.ts";
import { loadRules } from "../../rules/load.ts";
import { WITHOUT_LISTS } from "../../rules/operator-lists.ts";
import type { Store } from "../../storage/store.ts";
import type { Transport } from "../../transport/transport.ts";

export const TOPICS: Topics = { events: ["e"], detections: "d", incidents: "i", deadletter: "l" };

/** Keeps what the stages say. */
export class Said implements Watch {
  readonly failures: unknown[] = [];
  readonly deadLetters: string[] = [];
  readonly alerts: string[] = [];
  readonly incidentChanges = { opened: 0, changed: 0, withdrawn: 0 };
  eventCount = 0;
  events = (count: number) => {
    this.eventCount += count;
  };
  detection = () => undefined;
  incidents: Watch["incidents"] = (change, count) => {
    this.incidentChanges[change] += count;
  };
  folded = () => undefined;
  deadLetter = (kind: string) => this.deadLetters.push(kind);
  unreadable = () => undefined;
  alert: Watch["alert"] = ({ kind }) => this.alerts.push(kind);
  batch = () => undefined;
  recovered = () => undefined;
  released = () => undefined;
  failed: Watch["failed"] = (_, error) => this.failures.push(error);
}

const RULES = loadRules([join(import.meta.dirname, "../../rules/library")], {
  placeholders: WITHOUT_LISTS,
});

/** Detect, correlate and alerts with the built-in rules. */
export async function stages(
  store: Store,
  transport: Transport,
  {
    said = new Said(),
    webhooks = [],
    topics = TOPICS,
  }: { said?: Said; webhooks?: readonly Webhook[]; topics?: Topics } = {},
) {
  const publisher = await transport.publisher();
  return startStages(
    { store, transport, publisher, topics, watch: said },
    {
      stages: ["detect", "correlate", "alerts"],
      group: "test",
      rules: RULES,
      detect: { format: undefined, storeEvents: true },
      lateness: 0n,
      alerts: { minimum: "medium", webhooks },
      ingest: { paths: [], state: "", interval: 0 },
    },
  );
}
