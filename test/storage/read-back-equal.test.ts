import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCoverage, writeCoverage } from "../../storage/coverage.ts";
import { readDetections, writeDetections } from "../../storage/detections.ts";
import { getIncident, listIncidents } from "../../storage/incidents.ts";
import { reconcileIncidents } from "../../storage/reconcile-incidents.ts";
import type { Store } from "../../storage/store.ts";
import { anyDetection, anyIncident } from "./arbitraries.ts";
import { collect } from "./collect.ts";
import { sampleDetection } from "./samples.ts";
import { TWO_WAYS } from "./two-ways.ts";

describe.each(TWO_WAYS)("$way", ({ open }) => {
  let folder: string;
  let store: Store;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rootcause-store-"));
    store = await open(folder);
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  test("detections are read back as they were written, each once however often it was written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDetection, { maxLength: 40 }), async (detections) => {
        await store.client.command({ query: "TRUNCATE TABLE detections" });
        await writeDetections(store, detections);
        await writeDetections(store, detections.slice(1));
        const names = detections.map(({ rule }) => rule.name);
        const read = await collect(readDetections(store, names));
        const expected = new Map(detections.map((detection) => [detection.id, detection]));
        expect(new Map(read.map((detection) => [detection.id, detection]))).toEqual(expected);
        expect(read.length).toBe(expected.size);
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  test("incidents are read back as they were concluded, and concluding the same again writes nothing", async () => {
    const some = fc.uniqueArray(anyIncident, { selector: ({ id }) => id, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(some, async (incidents) => {
        await store.client.command({ query: "TRUNCATE TABLE incidents" });
        const ruleIds = incidents.map(({ rule }) => rule.id);
        await reconcileIncidents(store, ruleIds, incidents);
        const again = await reconcileIncidents(store, ruleIds, incidents);
        expect(again).toEqual({ opened: 0, changed: 0, withdrawn: 0, unchanged: incidents.length });
        const read = await collect(listIncidents(store));
        const sorted = incidents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(read).toEqual(sorted.map((incident) => ({ incident, version: 1, withdrawn: false })));
        const [first] = incidents;
        if (first !== undefined) expect((await getIncident(store, first.id)).incident).toEqual(first);
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  test("text that UTF-8 cannot hold costs only itself, and is still the same incident when concluded again", async () => {
    const [sample] = fc.sample(anyIncident, 1);
    const incident = { ...sample!, title: "half \ud83d of a pair, and the look of one: \\ud83d", verdict: "\udc00" };
    await reconcileIncidents(store, [incident.rule.id], [incident]);
    expect(await reconcileIncidents(store, [incident.rule.id], [incident])).toMatchObject({ unchanged: 1 });
    const { incident: read } = await getIncident(store, incident.id);
    expect(read).toMatchObject({
      title: "half \ufffd of a pair, and the look of one: \\ud83d",
      verdict: "\ufffd",
    });
  });

  test("a field may be called as what JavaScript keeps for itself", async () => {
    const { rule, event, id } = sampleDetection(1);
    const fields = JSON.parse('{"__proto__":"a","constructor":"b"}');
    await store.client.command({ query: "TRUNCATE TABLE detections" });
    await writeDetections(store, [{ id, rule, event, fields }]);
    const [read] = await collect(readDetections(store, [rule.name]));
    expect(Object.entries(read?.fields ?? {}).toSorted()).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
  });

  test("coverage merges: first is the earliest, last the latest, in whatever order spans came", async () => {
    await writeCoverage(store, [{ computer: "EDGE01", channel: "System", first: 50n, last: 60n }]);
    await writeCoverage(store, [
      { computer: "edge01", channel: "System", first: 10n, last: 20n },
      { computer: "edge01", channel: "Application", first: 7n, last: 7n },
    ]);
    const spans = await readCoverage(store);
    expect(spans.map(({ computer, ...span }) => ({ ...span, computer: computer.toLowerCase() }))).toEqual([
      { computer: "edge01", channel: "Application", first: 7n, last: 7n },
      { computer: "edge01", channel: "System", first: 10n, last: 60n },
    ]);
  });

  test("more detections than one page are read back completely, in order, and stay when the store is opened again", async () => {
    await store.client.command({ query: "TRUNCATE TABLE detections" });
    const detections = Array.from({ length: 20_001 }, (_, index) => sampleDetection(index));
    await writeDetections(store, detections);
    await store.close();
    store = await open(folder);
    const read = await collect(readDetections(store, ["tls_trust_failure", "no such rule"]));
    expect(read).toEqual(detections);
  });
});
