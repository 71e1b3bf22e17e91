import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openStore } from "../../storage/store.ts";
import { kafkaTransport } from "../../transport/kafka.ts";
import { memoryTransport } from "../../transport/memory.ts";
import type { Message } from "../../transport/transport.ts";
import { canStartKafka } from "../kafka/for-tests.ts";
import { fleet, folder } from "../stream/fleet.ts";
import { type Arrived, receiver } from "../stream/receiver.ts";
import { stages } from "../stream/stages.ts";
import { alertsExpected, doubledRows, type Outcome, outcomeOf, passedOver } from "./outcome.ts";
import { ShakenPipeline } from "./shaken-pipeline.ts";

/** How long everything is shaken, s: `npm run test:chaos` takes ten minutes. */
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 6);
/** How long it may take afterwards until everything has been handled, s. */
const PATIENCE = 240;
const FLEET =
  SECONDS < 120 ? { hosts: 4, days: 28, scenarios: ["root-return", "armed", "updates-off"] } : { hosts: 40, days: 42 };

async function undisturbed(messages: readonly Message[]): Promise<Outcome & { readonly alerts: readonly string[] }> {
  const store = await openStore(join(folder(), "store"));
  const transport = memoryTransport();
  const running = await stages(store, transport);
  const publisher = await transport.publisher();
  for (let at = 0; at < messages.length; at += 2_000) await publisher.send("e", messages.slice(at, at + 2_000));
  await running.close();
  const outcome = { ...(await outcomeOf(store)), alerts: await alertsExpected(store) };
  await store.close();
  return outcome;
}

/** Some messages twice; most of them near their place, some much later. */
function shuffledAndDoubled(messages: readonly Message[]): readonly Message[] {
  const delay = () => Math.random() * (Math.random() < 0.05 ? messages.length : 200);
  return messages
    .flatMap((message, index) =>
      Array.from({ length: Math.random() < 0.1 ? 2 : 1 }, () => ({ message, at: index + delay() })),
    )
    .toSorted((a, b) => a.at - b.at)
    .map(({ message }) => message);
}

/** Spread over the time until the moment (ms since 1970). */
async function publish(brokers: string, messages: readonly Message[], until: number): Promise<number> {
  const client = await kafkaTransport({ brokers: [brokers], clientId: "chaos" });
  const publisher = await client.publisher();
  const sent = shuffledAndDoubled(messages);
  const began = Date.now();
  for (let at = 0; at < sent.length; ) {
    const due = Math.ceil(sent.length * Math.min(1, (Date.now() - began + 200) / (until - began)));
    await publisher.send("rootcause.events", sent.slice(at, Math.min(due, at + 5_000)));
    at = Math.min(due, at + 5_000);
    if (at === due) await sleep(200);
  }
  await publisher.close();
  await client.close();
  return sent.length;
}

function lastOf(arrived: readonly Arrived[]): readonly string[] {
  const last = new Map(arrived.map(({ incident }) => [incident.id, incident.state]));
  return Array.from(last, ([id, state]) => `${id} ${state ?? "withdrawn"}`).toSorted();
}

test.skipIf(!(await canStartKafka()))(
  `workers, broker and store are killed, stopped and cut off for ${SECONDS} s: nothing is lost, nothing is twice, the incidents are the same`,
  { timeout: (SECONDS + PATIENCE + 120) * 1000 },
  async () => {
    const { messages } = await fleet(FLEET);
    const expected = await undisturbed(messages);
    const alerts = await receiver(() => (Math.random() < 0.2 ? 503 : 204));
    await using pipeline = await ShakenPipeline.start(alerts.url);
    const until = Date.now() + SECONDS * 1000;
    const [sent] = await Promise.all([publish(pipeline.kafka, messages, until), pipeline.shake(until)]);

    const calm = Date.now();
    let found: Outcome & { readonly alerts: readonly string[] };
    let passing: readonly string[];
    let doubled: number;
    do {
      await sleep(2_000);
      const store = await openStore(pipeline.storeTarget);
      const last = lastOf(alerts.accepted);
      passing = await passedOver(store, last);
      found = { ...(await outcomeOf(store)), alerts: last.filter((alert) => !passing.includes(alert)) };
      doubled = await doubledRows(store);
      await store.close();
    } while (JSON.stringify(found) !== JSON.stringify(expected) && Date.now() < calm + PATIENCE * 1000);

    const repeated = alerts.accepted.length - new Set(alerts.accepted.map(({ id }) => id)).size;
    console.log(
      `${JSON.stringify(pipeline.shakes)}
${messages.length} events, sent ${sent} times; stored: ${found.events.length} events (${doubled} rows doubled), ${found.detections.length} detections, ${found.incidents.length} incidents; ${alerts.accepted.length} alerts (${passing.length} incidents only looked grave for a while; ${repeated} repeated under the same Idempotency-Key); the same ${Math.round((Date.now() - calm) / 1000)} s after the last shake`,
    );
    expect(found.events).toEqual(expected.events);
    expect(found.detections).toEqual(expected.detections);
    expect(found.incidents).toEqual(expected.incidents);
    expect(found.alerts).toEqual(expected.alerts);
    expect(await pipeline.stop()).toEqual([0, 0, 0]);
    expect(pipeline.complaints).toEqual([]);
  },
);
