import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createMetrics } from "../../pipeline/watch/metrics.ts";
import { measureStore } from "../../pipeline/watch/store-gauges.ts";
import { reconcileLogGaps } from "../../storage/log-gaps.ts";
import { reconcileIncidents } from "../../storage/reconcile-incidents.ts";
import { openStore } from "../../storage/store.ts";
import { sampleIncident } from "../storage/samples.ts";

const nobody = { storeAnswers: () => undefined, storeFails: () => undefined };

async function newStore() {
  const folder = await mkdtemp(join(tmpdir(), "rootcause-watch-"));
  const store = await openStore(folder);
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return store;
}

test("incidents that are not resolved, and log gaps that stand, are counted", async () => {
  const store = await newStore();
  const incidents = [
    sampleIncident("A"),
    sampleIncident("B"),
    sampleIncident("C", { state: "failing", severity: "critical" }),
    sampleIncident("D", { state: "resolved" }),
    sampleIncident("E", { state: "matched" }),
    sampleIncident("F"),
  ];
  await reconcileIncidents(store, ["sequence-1"], incidents);
  // F is withdrawn.
  await reconcileIncidents(store, ["sequence-1"], incidents.slice(0, 5));
  const gap = { id: "a".repeat(32), kind: "missing", computer: "A", channel: "System", from: 1n, to: 2n } as const;
  await reconcileLogGaps(store, ["missing"], [{ ...gap, missing: 7n, recordId: 9n }]);
  const metrics = createMetrics();
  await using _ = measureStore(store, metrics, nobody);
  await expect.poll(() => metrics.registry.metrics(), { timeout: 20_000 }).toContain("\nrootcause_log_gaps{");
  const text = await metrics.registry.metrics();
  const lines = text.split("\n").filter((line) => /^rootcause_(open_incidents|log_gaps)/.test(line));
  expect(lines.toSorted()).toEqual([
    'rootcause_log_gaps{kind="missing"} 1',
    'rootcause_open_incidents{state="armed",severity="low"} 2',
    'rootcause_open_incidents{state="failing",severity="critical"} 1',
  ]);
});

test("a store that cannot be asked stops nothing", async () => {
  const store = await newStore();
  await store.client.command({ query: "DROP TABLE incidents" });
  const failures: unknown[] = [];
  const watch = { ...nobody, storeFails: (error: unknown) => void failures.push(error) };
  await using counts = measureStore(store, createMetrics(), watch);
  await expect.poll(() => failures, { timeout: 20_000 }).toEqual([expect.objectContaining({ code: "60" })]);
  expect(counts.outage()).toMatch(/^the store cannot be asked: /);
});
