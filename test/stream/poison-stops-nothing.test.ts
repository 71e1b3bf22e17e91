import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { readDeadLetter } from "../../pipeline/stream/dead-letter.ts";
import { queryRows } from "../../storage/rows.ts";
import { openStore } from "../../storage/store.ts";
import { kafkaTransport, readTopic, setupTopics } from "../../transport/kafka.ts";
import type { Message } from "../../transport/transport.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { fleet, folder } from "./fleet.ts";
import { Said, stages } from "./stages.ts";

const kafka = await kafkaForTests();
const name = uniqueName("poison");
const TOPICS = { events: [`${name}.e`], detections: `${name}.d`, incidents: `${name}.i`, deadletter: `${name}.l` };
/** Less than the messages have: what is passed on must be small, and a letter is cut. */
const SMALL = 100_000;

function schannelAlert(recordId: number, data: Readonly<Record<string, string>>, computer = "EDGE01"): Message {
  const System = {
    Provider: { "#attributes": { Name: "Schannel" } },
    EventID: 36887,
    TimeCreated: { "#attributes": { SystemTime: "2026-03-02T04:10:07.0000000Z" } },
    EventRecordID: recordId,
    Channel: "System",
    Computer: computer,
  };
  return { key: "EDGE01", value: Buffer.from(JSON.stringify({ Event: { System, EventData: data } })) };
}

function incompressible(characters: number): string {
  return randomBytes(characters / 2).toString("hex");
}

const POISON: readonly Message[] = [
  { key: "EDGE01", value: Buffer.from(incompressible(300_000)) },
  { key: undefined, value: Buffer.alloc(0) },
  { key: "\u0000", value: Buffer.from([0xff, 0xfe, 0xfd]) },
  { key: "EDGE01", value: Buffer.from(`${"[".repeat(10_000)}`) },
  schannelAlert(1, { AlertDesc: "48" }, "C".repeat(5_000)),
  { key: incompressible(300_000), value: Buffer.from("{") },
  { key: "EDGE01", value: Buffer.from("{"), headers: { shipper: incompressible(300_000) } },
];
const MONSTERS: readonly Message[] = [
  schannelAlert(2, { AlertDesc: incompressible(300_000) }),
  schannelAlert(3, { AlertDesc: "\u0001".repeat(100_000), __proto__: "x", "": "y" }),
  schannelAlert(4, Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`Field${n}`, "48"]))),
  schannelAlert(5, { AlertDesc: "48\ud800" }),
];

test.skipIf(kafka === undefined)(
  "whatever a message holds, those behind it are handled, and what is passed on of it stays small",
  { timeout: 120_000 },
  async () => {
    const { messages } = await fleet({ hosts: 1, days: 28, scenarios: ["root-return"] });
    const options = { brokers: [kafka ?? ""], clientId: "tests" };
    const wanted = (topic: string, bytes: number) => ({
      topic,
      partitions: 2,
      replication: 1,
      config: { "max.message.bytes": String(bytes) },
    });
    await setupTopics(options, [
      wanted(TOPICS.events[0] ?? "", 1_000_000),
      ...[TOPICS.detections, TOPICS.incidents, TOPICS.deadletter].map((topic) => wanted(topic, SMALL)),
    ]);
    const store = await openStore(join(folder(), "store"));
    const transport = await kafkaTransport(options);
    const said = new Said();
    const running = await stages(store, transport, { said, topics: TOPICS });
    const publisher = await transport.publisher();
    const half = messages.length >> 1;
    await publisher.send(TOPICS.events[0] ?? "", [
      ...messages.slice(0, half),
      ...POISON,
      ...MONSTERS,
      ...messages.slice(half),
    ]);
    const count = async () => {
      const query = "SELECT toUInt32(count()) AS n FROM events FINAL";
      return (await queryRows(store.client, query, {}, z.object({ n: z.number() })))[0]?.n;
    };
    await expect.poll(count, { timeout: 60_000, interval: 200 }).toBe(messages.length + MONSTERS.length);
    await expect.poll(() => said.deadLetters.length, { timeout: 60_000, interval: 200 }).toBe(POISON.length);
    await running.close();
    const found = (await Array.fromAsync(readTopic(options, TOPICS.deadletter))).map(readDeadLetter);
    // What was sent beside a letter that was too large may be there twice.
    const letters = [...new Map(found.map((letter) => [`${letter?.partition} ${letter?.offset}`, letter])).values()];
    expect(letters.map((letter) => letter?.value.length).toSorted((a = 0, b = 0) => a - b)).toEqual(
      [0, 3, 10_000, POISON[4]?.value.length, 65_536, 1, 1].toSorted((a = 0, b = 0) => a - b),
    );
    expect(letters.filter((letter) => letter?.isCut)).toHaveLength(3);
    await transport.close();
    await store.close();
  },
);
