import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kafkaTransport } from "../../transport/kafka.ts";
import type { Transport } from "../../transport/transport.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { Reader, until } from "./reader.ts";

const kafka = await kafkaForTests();

describe.runIf(kafka)("Kafka", { timeout: 120_000 }, () => {
  const options = { brokers: [kafka ?? ""], clientId: "tests" };
  let transport: Transport;
  beforeAll(async () => {
    transport = await kafkaTransport(options);
  });
  afterAll(() => transport.close());

  test("as many batches of a partition as may overlap are handled at a time, begun and committed in their order", async () => {
    const [topic, group] = [await newTopic(options, { partitions: 1 }), uniqueName("group")];
    const reader = new Reader();
    reader.overlap = 2;
    const gates: PromiseWithResolvers<void>[] = [];
    reader.onBatch = () => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      return gate.promise;
    };
    await reader.join(transport, group, topic);
    const publisher = await transport.publisher();
    const send = (value: string) => publisher.send(topic, [{ key: undefined, value: Buffer.from(value) }]);
    await send("0");
    await until(() => gates.length === 1);
    await send("1");
    await until(() => gates.length === 2);
    await send("2");
    await until(() => reader.subscription?.lag()[0]?.messages === 3n);
    expect(gates).toHaveLength(2);
    gates[1]?.resolve();
    await reader.has(1);
    // The first is not done: what is behind it may not count as handled, nor make room.
    expect(reader.subscription?.lag()).toEqual([{ topic, partition: 0, messages: 3n }]);
    expect(gates).toHaveLength(2);
    gates[0]?.resolve();
    await until(() => gates.length === 3);
    expect(reader.subscription?.lag()).toEqual([{ topic, partition: 0, messages: 1n }]);
    expect(reader.delivered.map(({ first }) => first)).toEqual([0n, 1n, 2n]);
    gates[2]?.resolve();
    await reader.has(3);
    await reader.subscription?.close();
    const next = await new Reader().join(transport, group, topic);
    await send("3");
    await next.has(1);
    expect(next.numbers()).toEqual([3]);
  });
});
