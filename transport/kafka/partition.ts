import type { EachBatchPayload } from "kafkajs";
import { SharedTurns } from "../../model/shared-turns.ts";
import type { Batch, Received, TopicPartition } from "../transport.ts";
import { type Fetched, fetchedOf, firstOf } from "./fetched.ts";

/** What one batch holds at most. */
const BATCH = { messages: 10_000, bytes: 8_000_000 };
/** No more is fetched while so many bytes wait, packed as they were fetched. */
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
  /** What was fetched, from which offset on it counts, and how many bytes that is. */
  #fetched: { readonly piece: Fetched; readonly from: bigint }[] = [];
  #length = 0;
  /** Of what was unpacked, what did not go into the last batch. */
  #unpacked: Received[] = [];

  constructor({ topic, partition }: TopicPartition, { next, high }: Position) {
    this.topic = topic;
    this.partition = partition;
    this.#expected = next;
    this.handled = next;
    this.#high = high;
  }

  /** Whether to fetch no more for now. */
  get isFull(): boolean {
    return this.#length >= WAITING || this.#fetched.length >= BATCH.messages;
  }

  get isEmpty(): boolean {
    return this.#fetched.length === 0 && this.#unpacked.length === 0;
  }

  get lag(): bigint {
    return this.#high > this.handled ? this.#high - this.handled : 0n;
  }

  /**
   * Takes what was fetched. A fetch that begins later than it should may have been asked for before the partitions were shared anew: it is left, and
   * taken only when the next one, asked for at the right place, begins there too (for what is missing was deleted).
   */
  add({ batch, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload): void {
    const first = firstOf(batch) ?? this.#expected;
    // The log is shorter than we have come: the topic has been made anew.
    if (BigInt(batch.highWatermark) < this.#expected) this.#expected = first;
    if (first > this.#expected && first !== this.#gapAt) {
      this.#gapAt = first;
      return;
    }
    this.#gapAt = undefined;
    this.commit = commitOffsetsIfNecessary;
    for (const piece of fetchedOf(batch)) {
      this.#fetched.push({ piece, from: this.#expected });
      this.#length += piece.length;
    }
    const end = BigInt(batch.lastOffset()) + 1n;
    if (end > this.#expected) this.#expected = end;
    this.#high = BigInt(batch.highWatermark);
    const last = batch.messages.at(-1);
    if (last !== undefined) resolveOffset(last.offset);
  }

  /** The next batch: as much as waits and a batch may hold; undefined when that is nothing. */
  async take(): Promise<Batch | undefined> {
    let bytes = 0;
    let count = 0;
    for (;;) {
      for (; count < this.#unpacked.length && count < BATCH.messages && bytes < BATCH.bytes; count++)
        bytes += this.#unpacked[count]?.value.length ?? 0;
      const isWhole = count === BATCH.messages || bytes >= BATCH.bytes;
      if (isWhole || !(await this.#unpack())) break;
    }
    const messages = this.#unpacked.splice(0, count);
    const [first, last] = [messages[0], messages.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const { topic, partition } = this;
    return { topic, partition, first: first.offset, end: last.offset + 1n, messages };
  }

  /** False when nothing is left. */
  async #unpack(): Promise<boolean> {
    const [next] = this.#fetched;
    if (next === undefined) return false;
    const { piece, from } = next;
    for (const message of await piece.messages()) if (message.offset >= from) this.#unpacked.push(message);
    this.#fetched.shift();
    this.#length -= piece.length;
    return true;
  }
}
