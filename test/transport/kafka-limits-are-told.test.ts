import { randomBytes } from "node:crypto";
import kafkajs from "kafkajs";
import { compress } from "snappyjs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { UserError } from "../../model/user-error.ts";
import { kafkaTransport, setupTopics, TooLargeError } from "../../transport/kafka.ts";
import type { Transport } from "../../transport/transport.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { Reader } from "./reader.ts";

const kafka = await kafkaForTests();

describe.runIf(kafka)("Kafka", { timeout: 120_000 }, () => {
  const options = { brokers: [kafka ?? ""], clientId: "tests" };
  let transport: Transport;
  beforeAll(async () => {
    transport = await kafkaTransport(options);
  });
  afterAll(() => transport.close());

  test("a message that the broker refuses for its size is named, and those around it arrive", async () => {
    const topic = await newTopic(options, { partitions: 2, config: { "max.message.bytes": "20000" } });
    const reader = await new Reader().join(transport, uniqueName("group"), topic);
    const publisher = await transport.publisher();
    const sizes = [100, 15_000, 15_000, 15_000, 30_000, 100, 15_000, 100];
    const messages = sizes.map((size, index) => ({ key: undefined, value: randomBytes(size), partition: index % 2 }));
    const error: unknown = await publisher.send(topic, messages).catch((error) => error);
    expect(error).toBeInstanceOf(TooLargeError);
    expect(error).toMatchObject({ index: 4, message: expect.stringContaining(`too large for the topic ${topic}`) });
    await publisher.send(topic, messages.slice(5));
    await reader.has(10);
    const got = reader.handled.map(({ value }) => value.toString("base64")).sort();
    const wanted = [...messages.toSpliced(4, 1), ...messages.slice(5)].map(({ value }) => value.toString("base64"));
    expect(got).toEqual(wanted.sort());
  });

  test("a topic that is not there is told in one line", async () => {
    const line = /^Kafka .*: there is no topic nowhere: make it, or let rootcause setup make it$/;
    const said: string[] = [];
    const log = (level: string, text: string) => void (level === "debug" || said.push(text));
    await using open = new AsyncDisposableStack();
    const transport = open.adopt(await kafkaTransport({ ...options, log }), (transport) => transport.close());
    await expect(transport.partitions("nowhere")).rejects.toThrow(line);
    const publisher = await transport.publisher();
    await expect(publisher.send("nowhere", [{ key: "k", value: Buffer.alloc(0) }])).rejects.toThrow(UserError);
    await expect(new Reader().join(transport, uniqueName("group"), "nowhere")).rejects.toThrow(line);
    expect(said).toEqual([]);
  });

  test("whatever has compressed the messages, they are read", async () => {
    const publisher = await transport.publisher();
    const messages = Array.from({ length: 2_000 }, (_, index) => text(`${index} ${"abc".repeat(index % 50)}`));
    for (const type of ["uncompressed", "gzip", "snappy", "lz4", "zstd"]) {
      // The broker packs anew what comes to such a topic.
      const topic = await newTopic(options, { partitions: 1, config: { "compression.type": type } });
      const reader = await new Reader().join(transport, uniqueName("group"), topic);
      await publisher.send(topic, messages);
      await reader.has(messages.length);
      expect(reader.handled.map(({ value }) => value)).toEqual(messages.map(({ value }) => value));
    }
  });

  test("Snappy is read also as librdkafka's shippers write it, without Java's frame", async () => {
    const topic = await newTopic(options, { partitions: 1 });
    const reader = await new Reader().join(transport, uniqueName("group"), topic);
    const { CompressionCodecs, CompressionTypes } = kafkajs;
    const ours = CompressionCodecs[CompressionTypes.Snappy];
    CompressionCodecs[CompressionTypes.Snappy] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => compress(buffer),
    });
    onTestFinished(() => {
      CompressionCodecs[CompressionTypes.Snappy] = ours;
    });
    const producer = new kafkajs.Kafka({ ...options, logLevel: kafkajs.logLevel.NOTHING }).producer({
      createPartitioner: () => () => 0,
    });
    await producer.connect();
    await producer.send({ topic, compression: CompressionTypes.Snappy, messages: [{ value: "1" }, { value: "2" }] });
    await producer.disconnect();
    CompressionCodecs[CompressionTypes.Snappy] = ours;
    await reader.has(2);
    expect(reader.numbers()).toEqual([1, 2]);
  });

  test("of transactions, only what was committed is read, beside what is in none", async () => {
    const topic = await newTopic(options, { partitions: 1 });
    const producer = new kafkajs.Kafka({ ...options, logLevel: kafkajs.logLevel.NOTHING }).producer({
      transactionalId: uniqueName("transaction"),
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const publisher = await transport.publisher();
    for (const [number, isCommitted] of [false, true, false, true].entries()) {
      await publisher.send(topic, [text(`${number * 10}`)]);
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: `${number * 10 + 1}` }, { value: `${number * 10 + 2}` }] });
      await (isCommitted ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    await publisher.send(topic, [text("99")]);
    const reader = await new Reader().join(transport, uniqueName("group"), topic);
    await reader.has(9);
    expect(reader.handled.map(({ value }) => Number(value))).toEqual([0, 10, 11, 12, 20, 30, 31, 32, 99]);
  });

  test("topics are made once, and what differs is said and left", async () => {
    const topic = uniqueName("topic");
    const wanted = { topic, partitions: 2, replication: 1, config: { "cleanup.policy": "compact" } };
    expect(await setupTopics(options, [wanted])).toEqual([{ topic, state: "created", differences: [] }]);
    expect(await setupTopics(options, [wanted])).toEqual([{ topic, state: "exists", differences: [] }]);
    const other = { ...wanted, partitions: 3, config: { "cleanup.policy": "delete", "max.message.bytes": "1000" } };
    const report = await setupTopics(options, [other]);
    expect(report[0]?.state).toBe("differs");
    expect(report[0]?.differences).toEqual([
      { what: "partitions", is: "2", wanted: "3" },
      expect.objectContaining({ what: "cleanup.policy", is: "compact", wanted: "delete" }),
      expect.objectContaining({ what: "max.message.bytes", wanted: "1000" }),
    ]);
    expect(await transport.partitions(topic)).toBe(2);
  });

  test("settings that Kafka does not know are refused in one line", async () => {
    const wanted = { topic: uniqueName("topic"), partitions: 1, replication: 1, config: { "no.such": "1" } };
    await expect(setupTopics(options, [wanted])).rejects.toThrow(
      /^Kafka .*: the topic .* cannot be made: Configuration is invalid/,
    );
    await expect(setupTopics(options, [{ ...wanted, config: {}, replication: 5 }])).rejects.toThrow(
      /^Kafka .*: the topic .* cannot be made: Replication-factor/,
    );
  });
});

function text(value: string): { key: string; value: Buffer } {
  return { key: "k", value: Buffer.from(value) };
}
