import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kafkaTransport } from "../../transport/kafka.ts";
import { type Broker, startBroker } from "../kafka/broker.ts";
import { canStartKafka, uniqueName } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { Reader, until } from "./reader.ts";

const canStart = await canStartKafka();

describe.runIf(canStart)("a broker that goes away and comes back", { timeout: 180_000 }, () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await startBroker();
  }, 180_000);
  afterAll(() => broker[Symbol.asyncDispose]());

  test("costs no message and no order, and is told once", async () => {
    const told: string[] = [];
    const options = {
      brokers: [broker.brokers],
      clientId: "tests",
      log: (level: string, message: string) => {
        if (level !== "debug") told.push(message);
      },
    };
    const topic = await newTopic(options);
    const transport = await kafkaTransport(options);
    const reader = await new Reader().join(transport, uniqueName("group"), topic);
    let sent = 0;
    let isOver = false;
    const publishing = (async () => {
      const publisher = await transport.publisher();
      while (!isOver) {
        const messages = Array.from({ length: 50 }, () => ({ key: `${sent % 10}`, value: Buffer.from(`${sent++}`) }));
        await publisher.send(topic, messages);
        await sleep(20);
      }
    })();
    // What the broker forgot that it was handled comes again.
    const seen = () => new Map(reader.handled.map((message) => [`${message.partition} ${message.offset}`, message]));
    const hasMore = async () => {
      const before = seen().size;
      await until(() => seen().size > before);
    };
    await hasMore();
    await broker.restart();
    await hasMore();
    await broker.kill();
    await broker.restart();
    await hasMore();
    isOver = true;
    await publishing;
    await until(() => seen().size >= sent);
    const firsts = [...seen().values()];
    expect(new Set(firsts.map(({ value }) => Number(value.toString()))).size, "nothing lost").toBe(sent);
    expect(firsts.length, "nothing published twice").toBe(sent);
    for (const [key, messages] of Map.groupBy(firsts, (message) => message.key)) {
      const numbers = messages.map(({ value }) => Number(value.toString()));
      expect(numbers, `numbers of ${key}`).toEqual(numbers.toSorted((a, b) => a - b));
    }
    expect(told.filter((line) => line.includes("cannot be reached")).length).toBeLessThanOrEqual(2);
    expect(told.filter((line) => line.endsWith("is reached again")).length).toBeGreaterThan(0);
    expect(transport.outage()).toBeUndefined();
    await transport.close();
  });

  test("is told where it keeps its connections and answers nothing", async () => {
    const options = { brokers: [broker.brokers], clientId: "tests" };
    const topic = await newTopic(options);
    const transport = await kafkaTransport(options);
    const reader = await new Reader().join(transport, uniqueName("group"), topic);
    await until(() => reader.partitions.size > 0);
    broker.hang();
    try {
      await until(() => transport.outage() !== undefined);
    } finally {
      broker.goOn();
    }
    await until(() => transport.outage() === undefined);
    await (await transport.publisher()).send(topic, [{ key: "k", value: Buffer.from("1") }]);
    await reader.has(1);
    await transport.close();
  });

  test("does not keep anybody from closing", async () => {
    const options = { brokers: [broker.brokers], clientId: "tests" };
    const topic = await newTopic(options);
    const transport = await kafkaTransport(options);
    await new Reader().join(transport, uniqueName("group"), topic);
    await broker.kill();
    await expect
      .poll(() => transport.outage(), { timeout: 20_000 })
      .toMatch(/^Kafka .* cannot be reached, trying again/);
    const publisher = await transport.publisher();
    const sent = publisher.send(topic, [{ key: "k", value: Buffer.from("1") }]).catch((error) => error);
    await transport.close();
    expect(await sent).toBeInstanceOf(Error);
  });
});
