import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { kafkaTransport } from "../../transport/kafka.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { keepsTheContract } from "./contract.ts";
import { Reader, until } from "./reader.ts";

const kafka = await kafkaForTests();

describe.runIf(kafka)("Kafka", { timeout: 120_000 }, () => {
  const options = { brokers: [kafka ?? ""], clientId: "tests" };
  keepsTheContract({ open: () => kafkaTransport(options), topic: () => newTopic(options) });

  test("batches behind one that is not finished are handled, and none of them is committed before it", async () => {
    await using cleanup = new AsyncDisposableStack();
    const transport = cleanup.adopt(await kafkaTransport(options), (it) => it.close());
    const topic = await newTopic(options, { partitions: 1 });
    const reader = new Reader();
    const first = Promise.withResolvers<void>();
    reader.onFinish = async ({ first: offset }) => (offset === 0n ? first.promise : undefined);
    await reader.join(transport, uniqueName("group"), topic);
    const publisher = await transport.publisher();
    for (let number = 0; number < 5; number++) {
      await publisher.send(topic, [{ key: undefined, value: Buffer.from(`${number}`) }]);
      await until(() => reader.numbers().includes(number));
    }
    await until(() => reader.finished.length === 4);
    // A commit that were to come would come now.
    await sleep(200);
    expect(reader.subscription?.lag()).toEqual([{ topic, partition: 0, messages: 5n }]);
    first.resolve();
    await until(() => reader.subscription?.lag()[0]?.messages === 0n);
    expect(reader.delivered.length).toBe(5);
  });

  test("no batch begins behind one that fails to be finished, until it is", async () => {
    await using cleanup = new AsyncDisposableStack();
    const transport = cleanup.adopt(await kafkaTransport(options), (it) => it.close());
    const topic = await newTopic(options, { partitions: 1 });
    const reader = new Reader();
    let failures = 0;
    let isMended = false;
    reader.onFinish = async () => {
      if (isMended) return;
      failures++;
      throw new Error("not yet");
    };
    await reader.join(transport, uniqueName("group"), topic);
    const publisher = await transport.publisher();
    const send = (number: number) => publisher.send(topic, [{ key: undefined, value: Buffer.from(`${number}`) }]);
    await send(0);
    await until(() => failures > 0);
    for (let number = 1; number < 5; number++) await send(number);
    await until(() => failures > 1);
    expect(reader.numbers()).toEqual([0]);
    isMended = true;
    await until(() => reader.subscription?.lag()[0]?.messages === 0n);
    expect(reader.finished.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n, 4n]);
  });
});
