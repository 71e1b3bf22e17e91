import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ticksFromUnixMs } from "../../model/ticks.ts";
import { createMetrics } from "../../pipeline/watch/metrics.ts";

const HOUR = 3_600_000;

/** The lines of one metric. */
async function linesOf(metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  const text = await metrics.registry.metrics();
  return text.split("\n").filter((line) => line.startsWith(name) && !line.startsWith("#"));
}

test("docs/watching.md lists the metrics that there are, with their labels", async () => {
  const documented = [...(await readFile("docs/watching.md", "utf8")).matchAll(/^\| `(rootcause_\w+)` \| (.*?) \|/gm)];
  const text = await createMetrics().registry.metrics();
  const there = [...text.matchAll(/^# TYPE (rootcause_\w+)/gm)].map(([, name]) => name);
  expect(documented.map(([, name]) => name).toSorted()).toEqual(there.toSorted());
});

test("counters count by label", async () => {
  const metrics = createMetrics();
  metrics.detections.add({ rule: "root_added", level: "low" });
  metrics.detections.add({ rule: "root_added", level: "low" }, 2);
  metrics.lateEvents.add({}, 5);
  metrics.folded(7);
  expect(await linesOf(metrics, "rootcause_detections_total")).toEqual([
    'rootcause_detections_total{rule="root_added",level="low"} 3',
  ]);
  expect(await linesOf(metrics, "rootcause_folded_detections")).toEqual(["rootcause_folded_detections 7"]);
  expect(await linesOf(metrics, "rootcause_late_events_total")).toEqual(["rootcause_late_events_total 5"]);
});

test("whatever names rules have, the series are bounded, nothing goes uncounted, and the text is whole", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary" }), { maxLength: 20 }), async (names) => {
      const metrics = createMetrics();
      const many = [...names, ...Array.from({ length: 600 }, (_, number) => `${names[0] ?? ""}${number}`)];
      for (const rule of many) metrics.detections.add({ rule, level: "low" });
      const lines = await linesOf(metrics, "rootcause_detections_total");
      expect(lines.length).toBeLessThanOrEqual(501);
      const counts = lines.map((line) => Number(/ (\d+)$/.exec(line)?.[1]));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(many.length);
    }),
    { numRuns: 20 },
  );
});

test("open incidents are those of the last word", async () => {
  const metrics = createMetrics();
  metrics.openIncidents.replace([
    { state: "armed", severity: "low", count: 2 },
    { state: "failing", severity: "critical", count: 1 },
  ]);
  metrics.openIncidents.replace([{ state: "armed", severity: "low", count: 1 }]);
  expect(await linesOf(metrics, "rootcause_open_incidents")).toEqual([
    'rootcause_open_incidents{state="armed",severity="low"} 1',
  ]);
});

test("lag is asked for when someone looks", async () => {
  const metrics = createMetrics();
  expect(await linesOf(metrics, "rootcause_consumer_lag_messages")).toEqual([]);
  let messages = 7n;
  metrics.lagFrom(() => [{ topic: "rootcause.events", partition: 3, messages }]);
  const line = 'rootcause_consumer_lag_messages{topic="rootcause.events",partition="3"}';
  expect(await linesOf(metrics, "rootcause_consumer_lag_messages")).toEqual([`${line} 7`]);
  messages = 0n;
  expect(await linesOf(metrics, "rootcause_consumer_lag_messages")).toEqual([`${line} 0`]);
});

test("the delay is that of the newest event, and grows", async () => {
  const metrics = createMetrics();
  for (const hour of [-3, -2, -5]) metrics.newestEvent("detect", ticksFromUnixMs(Date.now() + hour * HOUR));
  const [line = ""] = await linesOf(metrics, "rootcause_watermark_delay_seconds");
  expect(Math.floor(Number(line.split(" ")[1]) / 3600)).toBe(2);
});
