import { randomBytes } from "node:crypto";
import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
    await expect(transport.partitions("nowhere")).rejects.toThrow(line);
    const publisher = await transport.publisher();
    await expect(publisher.send("nowhere", [{ key: "k", value: Buffer.alloc(0) }])).rejects.toThrow(UserError);
    await expect(new Reader().join(transport, uniqueName("group"), "nowhere")).rejects.toThrow(line);
  });

  test("what zstd or gzip has compressed is read; of anything else it is said what to do", async () => {
    const topic = await newTopic(options);
    const repacked = await newTopic(options, { config: { "compression.type": "zstd" } });
    const { CompressionTypes, CompressionCodecs } = kafkajs;
    const producer = new kafkajs.Kafka({ ...options, logLevel: kafkajs.logLevel.NOTHING }).producer({
      createPartitioner: () => () => 1,
    });
    await producer.connect();
    const reader = await new Reader().join(transport, uniqueName("group"), topic);
    const readerOfRepacked = await new Reader().join(transport, uniqueName("group"), repacked);
    for (const compression of [CompressionTypes.ZSTD, CompressionTypes.GZIP, CompressionTypes.None])
      await producer.send({ topic, compression, messages: [{ value: `${compression}` }] });
    await reader.has(3);
    expect(reader.numbers()).toEqual([0, 1, 4]);
    const snappy = CompressionCodecs[CompressionTypes.Snappy];
    CompressionCodecs[CompressionTypes.Snappy] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => snappyOf(buffer),
    });
    await producer.send({ topic: repacked, compression: CompressionTypes.Snappy, messages: [{ value: "7" }] });
    await readerOfRepacked.has(1);
    expect(readerOfRepacked.numbers()).toEqual([7]);
    const told = expect(reader.subscription?.ended).rejects.toThrow(/with Snappy.*: set compression\.type=zstd/);
    await producer.send({ topic, compression: CompressionTypes.Snappy, messages: [{ value: "1" }] });
    CompressionCodecs[CompressionTypes.Snappy] = snappy;
    await producer.disconnect();
    await told;
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

/** Fewer than 60 bytes as Snappy has them when it finds nothing to compress. */
function snappyOf(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bytes.length, (bytes.length - 1) << 2]), bytes]);
}
