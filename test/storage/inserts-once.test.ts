import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { writeDetections } from "../../storage/detections.ts";
import { writeEvents } from "../../storage/events.ts";
import { queryRows } from "../../storage/rows.ts";
import type { Store } from "../../storage/store.ts";
import { sampleDetection, sampleEvents } from "./samples.ts";
import { TWO_WAYS } from "./two-ways.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootcause-store-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const Count = z.object({ rows: z.string().transform(Number) });

/** Physical rows: what a merge has not yet made one counts as often as it was written. */
async function countRows(store: Store, table: string): Promise<number> {
  const [row] = await queryRows(store.client, `SELECT count() AS rows FROM ${table}`, {}, Count);
  return row?.rows ?? -1;
}

describe.each(TWO_WAYS)("$way", ({ open }) => {
  async function opened(): Promise<Store> {
    const store = await open(folder);
    await store.client.command({ query: "SYSTEM STOP MERGES" });
    return store;
  }

  test("rows that are written again under their token are not written twice, also after a restart", async () => {
    const events = sampleEvents(0, 12_000);
    const detections = [sampleDetection(1), sampleDetection(2)];
    for (const _ of ["first", "after a restart"]) {
      const store = await opened();
      for (const _ of ["once", "again"]) {
        await writeEvents(store, events, "topic:0:100-200");
        await writeDetections(store, detections, "topic:0:100-200");
      }
      expect(await countRows(store, "events")).toBe(12_000);
      expect(await countRows(store, "detections")).toBe(2);
      await store.close();
    }
  });

  test("other rows under the same token are kept, and a token holds for its own insert only", async () => {
    const store = await opened();
    await writeEvents(store, sampleEvents(0, 10), "token");
    await writeEvents(store, sampleEvents(10, 10), "token");
    await writeEvents(store, sampleEvents(20, 10));
    await Promise.all([30, 40, 50].map((first) => writeEvents(store, sampleEvents(first, 10), String(first))));
    expect(await countRows(store, "events")).toBe(60);
    await store.close();
  });
});

test("killed in the middle of inserts and started again with the same tokens, every row is there once", async () => {
  for (const until of [2, 5, 9]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, "child.ts"), "insert-once", folder]);
    let said = "";
    for await (const text of child.stdout) {
      said += text;
      if (said.includes(`\n${until}\n`)) break;
    }
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  const [embedded] = TWO_WAYS;
  const store = await embedded!.open(folder);
  await store.client.command({ query: "SYSTEM STOP MERGES" });
  for (let batch = 0; batch < 10; batch++) await writeEvents(store, sampleEvents(batch * 500, 500), `batch ${batch}`);
  const [all] = await queryRows(
    store.client,
    "SELECT count() AS rows FROM events WHERE EventRecordID < 5000",
    {},
    Count,
  );
  expect(all?.rows).toBe(5000);
  await store.close();
});
