import { join } from "node:path";
import { expect, test } from "vitest";
import type { Webhook } from "../../alerts/webhook.ts";
import { openStore } from "../../storage/store.ts";
import { memoryTransport } from "../../transport/memory.ts";
import type { Message } from "../../transport/transport.ts";
import { fleet, folder } from "./fleet.ts";
import { type Arrived, receiver } from "./receiver.ts";
import { Said, stages } from "./stages.ts";

const { messages, incidents } = await fleet({ hosts: 3, days: 28, scenarios: ["root-return", "updates-off"] });
const grave = incidents.filter(({ severity }) => ["medium", "high", "critical"].includes(severity));

async function stream(store: string, all: readonly Message[], webhooks: readonly Webhook[]): Promise<Said> {
  const said = new Said();
  const open = await openStore(store);
  const transport = memoryTransport();
  const running = await stages(open, transport, { said, webhooks });
  const publisher = await transport.publisher();
  for (let at = 0; at < all.length; at += 2_000) await publisher.send("e", all.slice(at, at + 2_000));
  await running.close();
  await open.close();
  return said;
}

function last(arrived: readonly Arrived[]): ReadonlyMap<string, string | undefined> {
  return new Map(arrived.map(({ incident }) => [incident.id, incident.state]));
}

test("of each grave incident an alert for each state that it comes to, none again after a restart", async () => {
  const store = join(folder(), "store");
  const { url, accepted } = await receiver();
  const webhook = { url, authorization: "Bearer secret" };
  await stream(store, messages, [webhook]);
  expect(grave.length).toBeGreaterThan(1);
  expect(last(accepted)).toEqual(new Map(grave.map(({ id, state }) => [id, state])));
  expect(new Set(accepted.map(({ id }) => id)).size).toBe(accepted.length);
  expect(accepted.every(({ key, id, authorization }) => key === id && authorization === "Bearer secret")).toBe(true);
  const before = accepted.length;
  await stream(store, messages, [webhook]);
  expect(accepted.length).toBe(before);
});

test("a receiver that is broken for a while gets each alert once when it is well, and the others do not get it again", async () => {
  const seen = new Map<string, number>();
  const broken = await receiver(({ id }) => {
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return times <= 2 ? 503 : 200;
  });
  const well = await receiver();
  const said = await stream(join(folder(), "store"), messages, [broken, well]);
  expect(said.failures.length).toBeGreaterThan(0);
  for (const { accepted } of [broken, well]) {
    expect(last(accepted)).toEqual(new Map(grave.map(({ id, state }) => [id, state])));
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(accepted.length);
  }
});

test("a receiver that refuses is not asked again", async () => {
  const store = join(folder(), "store");
  const { url, accepted, refused } = await receiver(() => 400);
  const said = await stream(store, messages, [{ url }]);
  expect(said.failures).toEqual([]);
  expect(accepted).toEqual([]);
  expect(said.alerts.every((outcome) => outcome === "refused")).toBe(true);
  expect(new Set(refused.map(({ id }) => id)).size).toBe(refused.length);
  const before = refused.length;
  await stream(store, messages, [{ url }]);
  expect(refused.length).toBe(before);
});
