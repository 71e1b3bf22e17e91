import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Incident } from "../../model/incident.ts";
import { scan } from "../../pipeline/scan.ts";
import { simulate } from "../../simulator/simulate.ts";
import { scanOptions } from "./scan-options.ts";

let folder: string;
let fleet: string;
let host: string;
let whole: readonly Incident[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rootcause-scans-"));
  fleet = join(folder, "fleet");
  const { incidents } = await simulate({ out: fleet, hosts: 2, days: 28, scenarios: ["root-return", "armed"] });
  host = join(fleet, incidents[0]?.computer.split(".")[0] ?? "");
  whole = (await scan(scanOptions([fleet], { jobs: 2 }))).incidents;
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("one thread concludes what two do", async () => {
  expect((await scan(scanOptions([fleet], { jobs: 1 }))).incidents).toEqual(whole);
});

test("logs read one by one into a store come to what they come to together, and again to the same", async () => {
  const store = join(folder, "store");
  const half = await scan(scanOptions([join(host, "System.evtx")], { store }));
  expect(half.incidents.filter(({ rule }) => rule.name === "root_change_broke_tls")).toEqual([]);
  await scan(scanOptions([join(host, "Application.evtx")], { store }));
  expect((await scan(scanOptions([fleet], { store }))).incidents).toEqual(whole);
  expect((await scan(scanOptions([fleet], { store }))).incidents).toEqual(whole);
});

test("a scan that is stopped leaves a store in which the next one comes to the same", async () => {
  const store = join(folder, "stopped");
  const stop = new AbortController();
  const stopped = scan(scanOptions([fleet], { store, jobs: 1, signal: stop.signal, onProgress: () => stop.abort() }));
  await expect(stopped).rejects.toThrow("aborted");
  expect((await scan(scanOptions([fleet], { store }))).incidents).toEqual(whole);
});

test("events outside of --from and --to count for nothing", async () => {
  const { incidents, records } = await scan(scanOptions([fleet], { from: 0n, to: 1n }));
  expect(incidents).toEqual([]);
  expect(records).toBeGreaterThan(1_000);
});

test("what was detected is handed on, each event with its identity", async () => {
  const { detections } = await scan(scanOptions([host], { keepDetections: true }));
  const found = await Array.fromAsync(detections ?? []);
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  expect(found.filter(({ rule }) => rule.name === "root_added_by_auto_update").length).toBeGreaterThan(1);
  expect(found.every(({ event }) => event.recordId > 0n && event.time > 0n && event.computer !== "")).toBe(true);
});
