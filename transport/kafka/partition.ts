import { isUtf8 } from "node:buffer";
import type { EachBatchPayload, KafkaMessage } from "kafkajs";
import { SharedTurns } from "../../model/shared-turns.ts";
import type { Batch, Received, TextOrBytes, TopicPartition } from "../transport.ts";

/** What one batch holds at most. */
const BATCH = { messages: 10_000, bytes: 8_000_000 };
/** No more is fetched while so many bytes wait. */
const WAITING = 1_000_000;

/** How far the group came on a partition, and what there is. */
export interface Position {
  /** Offset of the next message to handle. */
  readonly next: bigint;
  /** Offset behind the last message of the partition. */
  readonly high: bigint;
}

/** Commits in the generation of the group in which the messages were fetched. */
export type Commit = EachBatchPayload["commitOffsetsIfNecessary"];

/** One partition while it is this member's: the messages that were fetched and wait, and which of them are the next batch. */
export class Partition implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly commits = new SharedTurns();
  commit: Commit | undefined;
  isPaused = true;
  isHandling = false;
  /** Offset behind what has been handled. */
  handled: bigint;
  #expected: bigint;
  #high: bigint;
  #gapAt: bigint | undefined;
  #waiting: Received[] = [];
  #bytes = 0;

  constructor({ topic, partition }: TopicPartition, { next, high }: Position) {
    this.topic = topic;
    this.partition = partition;
    this.#expected = next;
    this.handled = next;
    this.#high = high;
  }

  /** Whether to fetch no more for now. */
  get isFull(): boolean {
    return this.#bytes >= WAITING || this.#waiting.length >= BATCH.messages;
  }

  get lag(): bigint {
    return this.#high > this.handled ? this.#high - this.handled : 0n;
  }

  /**
   * Takes what was fetched. A fetch that begins later than it should may have been asked for before the partitions were shared anew: it is left, and
   * taken only when the next one, asked for at the right place, begins there too (for what is missing was deleted).
   */
  add({ batch, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload): void {
    const first = BigInt(batch.firstOffset() ?? batch.messages[0]?.offset ?? this.#expected);
    // The log is shorter than we have come: the topic has been made anew.
    if (BigInt(batch.highWatermark) < this.#expected) this.#expected = first;
    if (first > this.#expected && first !== this.#gapAt) {
      this.#gapAt = first;
      return;
    }
    this.#gapAt = undefined;
    this.commit = commitOffsetsIfNecessary;
    for (const message of batch.messages) {
      const received = receivedOf(this, message);
      if (received.offset < this.#expected) continue;
      this.#waiting.push(received);
      this.#bytes += received.value.length;
    }
    const end = BigInt(batch.lastOffset()) + 1n;
    if (end > this.#expected) this.#expected = end;
    this.#high = BigInt(batch.highWatermark);
    const last = batch.messages.at(-1);
    if (last !== undefined) resolveOffset(last.offset);
  }

  /** The next batch: as much as waits and a batch may hold. */
  take(): Batch | undefined {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && count < BATCH.messages && bytes < BATCH.bytes)
      bytes += this.#waiting[count++]?.value.length ?? 0;
    const messages = this.#waiting.splice(0, count);
    const [first, last] = [messages[0], messages.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    this.#bytes -= bytes;
    const { topic, partition } = this;
    return { topic, partition, first: first.offset, end: last.offset + 1n, messages };
  }
}

const NONE: Received["headers"] = Object.freeze({});

export function receivedOf({ topic, partition }: TopicPartition, message: KafkaMessage): Received {
  const { offset, timestamp, key, value } = message;
  const time = Number(timestamp);
  return {
    topic,
    partition,
    offset: BigInt(offset),
    timestamp: time >= 0 ? time : undefined,
    key: key === null ? undefined : textOrBytes(key),
    value: value ?? Buffer.alloc(0),
    headers: headersOf(message.headers),
  };
}

/** Of a header that is there more than once, the last. */
function headersOf(given: KafkaMessage["headers"]): Received["headers"] {
  if (given === undefined) return NONE;
  const names = Object.keys(given);
  if (names.length === 0) return NONE;
  const entries = names.map((name): [string, TextOrBytes] => {
    const value = given[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    return [name, last === undefined ? "" : textOrBytes(last)];
  });
  // Not by assignment: a header may be called __proto__.
  return Object.fromEntries(entries);
}

function textOrBytes(given: string | Buffer): TextOrBytes {
  if (typeof given === "string") return given;
  const text = given.toString();
  // Bytes that are no UTF-8 leave this behind; to look for it first is faster than to look at all keys twice.
  return text.includes("\uFFFD") && !isUtf8(given) ? given : text;
}
