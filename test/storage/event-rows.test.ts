import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { WindowsEvent } from "../../model/event.ts";
import { Shape } from "../../model/shape.ts";
import { textByName } from "../../storage/event-columns.ts";
import { EventRows } from "../../storage/event-rows.ts";
import { writeEvents } from "../../storage/events.ts";
import { queryRows } from "../../storage/rows.ts";
import { openStore, type Store } from "../../storage/store.ts";

/** Events have these two before any other field; a field of the same name comes again. */
const FIRST = ["Computer", "EventRecordID"];
const OTHER_COLUMNS = ["channel", "provider_name", "eventid", "timecreated"];
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ maxLength: 20 }),
  fc.integer({ min: 120, max: 140 }).map((length) => "\u00e9".repeat(length)),
);
const name = fc
  .oneof(fc.constantFrom("Data", "Param", ...FIRST), fc.string({ unit: "binary" }))
  .filter((one) => !OTHER_COLUMNS.includes(one.toLowerCase()));
const field = fc.record({
  name,
  value: fc.oneof({ weight: 5, arbitrary: text }, fc.constant(undefined), fc.array(text, { maxLength: 3 })),
});
const time = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }));
const events = fc.array(fc.record({ fields: fc.array(field, { maxLength: 12 }), computer: text, time }), {
  minLength: 20,
  maxLength: 60,
});

interface Given {
  readonly fields: readonly { readonly name: string; readonly value: string | readonly string[] | undefined }[];
  readonly computer: string;
  readonly time: bigint;
}

function eventOf({ fields, computer, time }: Given, recordId: number): WindowsEvent {
  const all = [{ name: "Computer", value: computer }, { name: "EventRecordID", value: String(recordId) }, ...fields];
  return { shape: new Shape(all.map((one) => one.name)), time, value: (slot) => all[slot]?.value };
}

/** Every value under its name, numbered where the name comes again, and after what has a column. */
function expectedFields({ fields }: Given): Record<string, string> {
  const all = new Map<string, string[]>();
  for (const { name, value } of fields) all.set(name, [...(all.get(name) ?? []), ...[value ?? []].flat()]);
  return Object.fromEntries(
    [...all].flatMap(([name, values]) => {
      const before = FIRST.includes(name) ? 1 : 0;
      const isAlone = before + values.length === 1;
      return values.map((one, index) => [
        (isAlone ? name : `${name}${before + index + 1}`).toWellFormed(),
        one.toWellFormed(),
      ]);
    }),
  );
}

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rootcause-rows-"));
  store = await openStore(join(folder, "store"));
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const Row = z.object({
  EventRecordID: z.string(),
  Computer: z.string(),
  ticks: z.string(),
  fields: textByName,
});

test("whatever an event holds, its row holds too", async () => {
  await fc.assert(
    fc.asyncProperty(events, async (given) => {
      await store.client.command({ query: "TRUNCATE TABLE events" });
      const rows = new EventRows();
      for (const [index, one] of given.entries()) rows.add(eventOf(one, index));
      await writeEvents(store, rows.rows);
      const found = await queryRows(
        store.client,
        "SELECT EventRecordID, Computer, toString(TimeCreatedTicks) AS ticks, fields FROM events ORDER BY EventRecordID",
        {},
        Row,
      );
      expect(found).toEqual(
        given.map((one, index) => ({
          EventRecordID: String(index),
          Computer: one.computer.toWellFormed(),
          ticks: String(one.time),
          fields: expectedFields(one),
        })),
      );
    }),
    { numRuns: 15 },
  );
});

test("rows of more bytes than a block has are several, and each is there", async () => {
  await store.client.command({ query: "TRUNCATE TABLE events" });
  const rows = new EventRows();
  const value = "x".repeat(1 << 20);
  for (let index = 0; index < 40; index++) {
    const fields = [{ name: "Data", value: `${index} ${value}` }];
    rows.add(eventOf({ fields, computer: `host${index % 3}`, time: 1n }, index));
  }
  await writeEvents(store, rows.rows);
  const found = await queryRows(
    store.client,
    "SELECT EventRecordID, Computer, length(fields['Data']) AS length FROM events ORDER BY EventRecordID",
    {},
    z.object({ EventRecordID: z.string(), Computer: z.string(), length: z.string() }),
  );
  expect(found).toEqual(
    Array.from({ length: 40 }, (_, index) => ({
      EventRecordID: String(index),
      Computer: `host${index % 3}`,
      length: String(`${index} `.length + value.length),
    })),
  );
});
