import type { EachBatchPayload } from "kafkajs";
import { SharedTurns } from "../../model/shared-turns.ts";
import type { Batch, Received, TopicPartition } from "../transport.ts";
import { type Fetched, fetchedOf, firstOf } from "./fetched.ts";

/** What one batch holds at most; the message that reaches the bytes is the last. */
export const BATCH = { messages: 10_000, bytes: 10_000_000 };
/** What a message takes beside its value, and a batch beside its messages with all that becomes of it, bytes, about. */
const OVERHEAD = { message: 256, batch: 128_000 };
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
  /** Batches whose rest failed, and is not finished yet. */
  readonly unfinished = new Set<Batch>();
  #handled: bigint;
  /** Offsets behind the batches that have been taken and are behind `handled`, in order, and those of them that are done. */
  readonly #taken: bigint[] = [];
  readonly #done = new Set<bigint>();
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
    this.#handled = next;
    this.#high = high;
  }

  /** Whether to fetch no more for now. */
  get isFull(): boolean {
    return this.#length >= WAITING || this.#fetched.length >= BATCH.messages;
  }

  get isEmpty(): boolean {
    return this.#fetched.length === 0 && this.#unpacked.length === 0;
  }

  /** Offset behind what has been handled, and all before it. */
  get handled(): bigint {
    return this.#handled;
  }

  get lag(): bigint {
    return this.#high > this.#handled ? this.#high - this.#handled : 0n;
  }

  /** A batch that was taken has been handled; others that were taken before it may still be under way. Whether `handled` has moved. */
  settle({ end }: Batch): boolean {
    const before = this.#handled;
    this.#done.add(end);
    for (let [next] = this.#taken; next !== undefined && this.#done.delete(next); [next] = this.#taken) {
      this.#handled = next;
      this.#taken.shift();
    }
    return this.#handled !== before;
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

  /** The next batch, and the bytes that it takes: as much as waits and a batch may hold; undefined when that is nothing. */
  async take(): Promise<{ readonly batch: Batch; readonly bytes: number } | undefined> {
    let bytes = OVERHEAD.batch;
    let count = 0;
    for (;;) {
      for (; count < this.#unpacked.length && count < BATCH.messages && bytes < BATCH.bytes; count++)
        bytes += OVERHEAD.message + (this.#unpacked[count]?.value.length ?? 0);
      const isWhole = count === BATCH.messages || bytes >= BATCH.bytes;
      if (isWhole || !(await this.#unpack())) break;
    }
    const messages = this.#unpacked.splice(0, count);
    const [first, last] = [messages[0], messages.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const { topic, partition } = this;
    const end = last.offset + 1n;
    this.#taken.push(end);
    return { batch: { topic, partition, first: first.offset, end, messages }, bytes };
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
