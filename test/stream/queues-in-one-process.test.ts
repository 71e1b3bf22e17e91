import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { identityOf } from "../../model/identity.ts";
import type { Incident } from "../../model/incident.ts";
import { listIncidents } from "../../storage/incidents.ts";
import { queryRows } from "../../storage/rows.ts";
import { openStore, type Store } from "../../storage/store.ts";
import { memoryTransport } from "../../transport/memory.ts";
import type { Message } from "../../transport/transport.ts";
import { fleet, folder } from "./fleet.ts";
import { Said, stages, TOPICS } from "./stages.ts";

const { messages, incidents } = await fleet({
  hosts: 3,
  days: 28,
  scenarios: ["root-return", "armed", "cipher-mismatch"],
});

let store: Store | undefined;
afterEach(async () => {
  await store?.close();
  store = undefined;
});

/** All of these through stages started for them. */
async function stream(into: Store, all: readonly Message[], said = new Said()): Promise<Said> {
  const transport = memoryTransport();
  const running = await stages(into, transport, { said });
  const publisher = await transport.publisher();
  for (let at = 0; at < all.length; at += 700) await publisher.send("e", all.slice(at, at + 700));
  await running.close();
  return said;
}

function byId(incidents: readonly Incident[]): readonly Incident[] {
  return incidents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function standing(of: Store): Promise<readonly Incident[]> {
  const stored = await Array.fromAsync(listIncidents(of));
  return byId(stored.map(({ incident }) => incident));
}

async function count(of: Store, query: string): Promise<number> {
  const [row] = await queryRows(
    of.client,
    `SELECT toUInt32(count()) AS n FROM (${query})`,
    {},
    z.object({ n: z.number() }),
  );
  return row?.n ?? -1;
}

test("the stream concludes what a scan of the same logs does", async () => {
  store = await openStore(join(folder(), "store"));
  const said = await stream(store, messages);
  expect(said.failures).toEqual([]);
  expect(said.deadLetters).toEqual([]);
  expect(said.eventCount).toBe(messages.length);
  expect(incidents.length).toBeGreaterThan(2);
  expect(await standing(store)).toEqual(byId(incidents));
  expect(await count(store, "SELECT * FROM events")).toBe(messages.length);
});

test("in any order, with a restart in between, and most of it twice", async () => {
  store = await openStore(join(folder(), "store"));
  const shuffled = messages
    .map((message) => ({ message, at: identityOf([String(message.value)]) }))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ message }) => message);
  const half = Math.floor(messages.length / 2);
  await stream(store, shuffled.slice(0, half));
  await stream(store, shuffled.slice(half / 2));
  expect(await standing(store)).toEqual(byId(incidents));
  expect(await count(store, "SELECT * FROM events FINAL")).toBe(messages.length);
});

test("what cannot be read goes to the dead letters with its reason, and stops nothing", async () => {
  store = await openStore(join(folder(), "store"));
  const transport = memoryTransport();
  const letters: string[] = [];
  await transport.subscribe({
    groupId: "person",
    topics: [TOPICS.deadletter],
    handler: {
      batch: async (batch) => {
        for (const { value, headers } of batch.messages)
          letters.push(`${value} ${headers["rootcause-topic"]} ${headers["rootcause-reason"]}`);
      },
    },
  });
  const said = new Said();
  const running = await stages(store, transport, { said });
  const publisher = await transport.publisher();
  const bad = ["no event", "{}"].map((text) => ({ key: undefined, value: Buffer.from(text) }));
  await publisher.send("e", [...messages.slice(0, 10), ...bad, ...messages.slice(10, 20)]);
  await running.close();
  expect(said.eventCount).toBe(20);
  expect(said.deadLetters.toSorted()).toEqual(["malformed", "unknown-format"]);
  expect(letters.toSorted()).toEqual(["no event e It is not JSON.", "{} e It is none of the known formats."]);
});
