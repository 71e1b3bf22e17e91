import { setTimeout as sleep } from "node:timers/promises";
import { CompressionTypes, type IHeaders, type Kafka, type Producer } from "kafkajs";
import { partitionOf } from "../partition-of.ts";
import type { Message, Publisher, TextOrBytes } from "../transport.ts";
import { causesOf, messageOf, TooLargeError } from "./errors.ts";
import type { Reach } from "./outage.ts";

/**
 * What goes into one batch of a partition. The broker's usual limit is 1 MiB after compression; here it is counted before it. kafkajs groups
 * messages in a time that grows with the square of their number.
 */
const BATCH = { bytes: 900_000, messages: 1_000 };
/** Bytes of all batches of one request. */
const REQUEST = 16_000_000;
/** What a message has beside key, value and headers, bytes at most. */
const OVERHEAD = 32;
/** How long a request that failed waits, ms: at first, and at most. */
const PAUSE = { first: 200, most: 5_000 };
/** Trying again does not help: the request is refused for what it is. */
const REFUSED =
  /^(TOPIC_AUTHORIZATION_FAILED|CLUSTER_AUTHORIZATION_FAILED|INVALID_TOPIC_EXCEPTION|INVALID_RECORD|SASL_AUTHENTICATION_FAILED|POLICY_VIOLATION)$/;
/** The broker no longer knows the numbering of this producer's batches, or it is another than ours. */
const NUMBERING =
  /^(OUT_OF_ORDER_SEQUENCE_NUMBER|UNKNOWN_PRODUCER_ID|INVALID_PRODUCER_EPOCH|PRODUCER_FENCED|INVALID_PRODUCER_ID_MAPPING)$/;
const TOO_LARGE = /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE)$/;

/** A message on its way. */
interface Entry {
  readonly key: TextOrBytes | null;
  readonly value: Buffer;
  readonly headers: IHeaders;
  readonly partition: number;
  readonly bytes: number;
  /** Its place in its `send`. */
  readonly index: number;
  readonly settle: (error?: unknown) => void;
}

/** The messages that wait for one partition, in order. */
interface Lane {
  readonly topic: string;
  entries: Entry[];
}

/**
 * Publishes with an idempotent producer. One request is under way at a time, and what is sent meanwhile goes with the next one: so order is kept
 * also when requests are repeated, and many small sends become few large batches.
 */
export class KafkaPublisher implements Publisher {
  readonly #kafka: Kafka;
  readonly #partitions: (topic: string) => Promise<number>;
  readonly #reach: Reach;
  readonly #counts = new Map<string, Promise<number>>();
  readonly #lanes = new Map<string, Lane>();
  readonly #closing = new AbortController();
  #producer: Producer | undefined;
  #running: Promise<void> | undefined;
  #limit = BATCH.bytes;
  #spread = 0;

  constructor(kafka: Kafka, partitions: (topic: string) => Promise<number>, reach: Reach) {
    this.#kafka = kafka;
    this.#partitions = partitions;
    this.#reach = reach;
  }

  async send(topic: string, messages: readonly Message[]): Promise<void> {
    const count = await this.#countOf(topic);
    if (this.#closing.signal.aborted) throw new Error("the publisher is closed");
    if (messages.length === 0) return;
    const all = Promise.withResolvers<void>();
    let left = messages.length;
    const settle = (error?: unknown) => {
      if (error !== undefined) all.reject(error);
      else if (--left === 0) all.resolve();
    };
    for (const [index, message] of messages.entries()) {
      const { key, value, headers = {}, partition = this.#partitionFor(key, count) } = message;
      if (partition < 0 || partition >= count) throw new RangeError(`${topic} has no partition ${partition}`);
      const bytes = value.length + (key === undefined ? 0 : Buffer.byteLength(key)) + sizeOf(headers) + OVERHEAD;
      this.#laneOf(topic, partition).entries.push({
        key: key ?? null,
        value,
        headers,
        partition,
        bytes,
        index,
        settle,
      });
    }
    this.#running ??= this.#run();
    await all.promise;
  }

  /** Sends what waits, unless the brokers are away. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#producer?.disconnect();
    this.#reach.ends();
  }

  /** Asked once: a key must not move to another partition while this runs. */
  #countOf(topic: string): Promise<number> {
    let count = this.#counts.get(topic);
    if (count === undefined) {
      count = this.#partitions(topic);
      this.#counts.set(topic, count);
      count.catch(() => this.#counts.delete(topic));
    }
    return count;
  }

  #partitionFor(key: Message["key"], count: number): number {
    if (key !== undefined) return partitionOf(key, count);
    this.#spread = (this.#spread + 1) % count;
    return this.#spread;
  }

  #laneOf(topic: string, partition: number): Lane {
    const name = `${partition} ${topic}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { topic, entries: [] };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  async #run(): Promise<void> {
    for (let batches = this.#take(); batches.length > 0; batches = this.#take()) await this.#deliver(batches);
    // In the same step in which nothing was left, so that nothing comes in between.
    this.#running = undefined;
  }

  /** The next request: from each lane as much as one batch may hold. */
  #take(): readonly Lane[] {
    const batches: Lane[] = [];
    let room = REQUEST;
    for (const [name, lane] of this.#lanes) {
      if (room <= 0) break;
      const entries = lane.entries.splice(0, this.#fitting(lane.entries));
      if (entries.length > 0) batches.push({ topic: lane.topic, entries });
      for (const { bytes } of entries) room -= bytes;
      // What was served comes last the next time.
      this.#lanes.delete(name);
      if (lane.entries.length > 0) this.#lanes.set(name, lane);
    }
    return batches;
  }

  /** How many of them make a batch: at least one. */
  #fitting(entries: readonly Entry[]): number {
    let bytes = 0;
    let count = 0;
    for (const entry of entries) {
      bytes += entry.bytes;
      if (count > 0 && (bytes > this.#limit || count === BATCH.messages)) break;
      count++;
    }
    return count;
  }

  /**
   * What is too large is found by halves. The batches of other partitions in the request may have been taken already; they go again as they were,
   * by which the broker knows them.
   */
  async #deliver(batches: readonly Lane[]): Promise<void> {
    const [first] = batches;
    try {
      await this.#request(batches);
      for (const { entries } of batches) for (const { settle } of entries) settle();
    } catch (error) {
      if (!causesOf(error).some((cause) => TOO_LARGE.test(cause))) return this.#refuse(batches, error);
      if (batches.length > 1) for (const batch of batches) await this.#deliver([batch]);
      else if (first !== undefined) await this.#halve(first);
    }
  }

  async #halve({ topic, entries }: Lane): Promise<void> {
    const [first] = entries;
    if (first === undefined) return;
    if (entries.length === 1)
      return this.#refuse([{ topic, entries }], new TooLargeError(topic, first.index, first.bytes));
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    this.#limit = Math.min(this.#limit, Math.ceil(bytes / 2));
    const half = entries.length >> 1;
    await this.#deliver([{ topic, entries: entries.slice(0, half) }]);
    await this.#deliver([{ topic, entries: entries.slice(half) }]);
  }

  /** The next batches must not be taken for a repetition of these, of which some may have arrived: they get a new producer. */
  async #refuse(batches: readonly Lane[], error: unknown): Promise<void> {
    for (const { entries } of batches) for (const { settle } of entries) settle(error);
    await this.#renew();
  }

  async #renew(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  /** Repeats the very same request until the broker has it, or refuses it. */
  async #request(batches: readonly Lane[]): Promise<void> {
    const topicMessages = batches.map(({ topic, entries }) => ({ topic, messages: entries }));
    for (let pause = PAUSE.first; ; pause = Math.min(PAUSE.most, pause * 2)) {
      try {
        const producer = await this.#connected();
        await producer.sendBatch({ topicMessages, acks: -1, compression: CompressionTypes.ZSTD });
        this.#reach.works();
        return;
      } catch (error) {
        const causes = causesOf(error);
        if (causes.some((cause) => TOO_LARGE.test(cause) || REFUSED.test(cause))) {
          this.#reach.works();
          throw error;
        }
        if (causes.some((cause) => NUMBERING.test(cause))) await this.#renew();
        else this.#reach.fails(messageOf(error));
        if (this.#closing.signal.aborted) throw error;
        await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }

  async #connected(): Promise<Producer> {
    if (this.#producer !== undefined) return this.#producer;
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 5,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    producer.on(producer.events.REQUEST_TIMEOUT, ({ payload }) =>
      this.#reach.fails(`${payload.broker} does not answer`, payload.createdAt),
    );
    await producer.connect();
    this.#producer = producer;
    return producer;
  }
}

function sizeOf(headers: NonNullable<Message["headers"]>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 4;
  return bytes;
}
