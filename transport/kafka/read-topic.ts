import { setInterval as every, setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type Admin, type Kafka } from "kafkajs";
import type { Received } from "../transport.ts";
import { fetchedOf } from "./fetched.ts";

/** What is fetched at a time: packed, it may be a tenth of what it is. One that finds nothing waits. */
const FETCH = { maxBytesPerPartition: 500_000, maxBytes: 2_000_000, maxWaitTimeInMs: 200 };
/** How often the group is told that its member lives while nobody takes what was fetched, ms. */
const HEARTBEAT = 3_000;
/** How long it is tried again when nothing comes: a broker that has just started takes seconds until it knows of groups, ms. */
const PATIENCE = 20_000;
const PAUSE = 300;
/** How often it is looked up whether what is waited for has been deleted, ms. */
const LOOK = 1_000;

/** What is to be read of one partition. */
interface Span {
  /** Offset of the next message. */
  next: bigint;
  /** Offset behind the last message that was there at the start. */
  readonly end: bigint;
}

/**
 * What a topic holds now, partition by partition in order; what is published meanwhile is left. It reads as the only member of a group of its own,
 * which commits nothing and is gone afterwards. No more than a fetch is held in memory.
 */
export async function* readToEnd(admin: Admin, kafka: Kafka, topic: string, groupId: string): AsyncGenerator<Received> {
  const spans = await spansOf(admin, topic);
  const isAtEnd = () => [...spans.values()].every(({ next, end }) => next >= end);
  if (isAtEnd()) return;
  const { readable, writable } = new TransformStream<readonly Received[], readonly Received[]>();
  const writer = writable.getWriter();
  // Whoever reads has left, or will find the error there.
  writer.closed.catch(() => undefined);
  let isOver = false;
  let giveUpAt = Date.now() + PATIENCE;
  const passed = (partition: number, offset: bigint) => {
    const span = spans.get(partition);
    if (span !== undefined && span.next < offset) span.next = offset;
    if (isOver || !isAtEnd()) return;
    isOver = true;
    writer.close().catch(() => undefined);
  };
  const consumer = kafka.consumer({
    groupId,
    ...FETCH,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => Date.now() < giveUpAt },
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) writer.abort(payload.error).catch(() => undefined);
  });
  // Also said of what has only marks of transactions.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) =>
    passed(payload.partition, BigInt(payload.lastOffset) + 1n),
  );
  const stop = new AbortController();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, heartbeat }) => {
        const { next, end } = spans.get(batch.partition) ?? NOTHING;
        const pieces = await Promise.all(fetchedOf(batch).map((piece) => piece.messages()));
        const messages = pieces
          .flat()
          // After a failure it begins anew.
          .filter(({ offset }) => offset >= next && offset < end);
        if (messages.length === 0) return;
        const beat = setInterval(() => heartbeat().catch(() => undefined), HEARTBEAT);
        await writer.write(messages).catch(() => undefined);
        clearInterval(beat);
        giveUpAt = Date.now() + PATIENCE;
      },
    });
    void skipDeleted(admin, topic, passed, stop.signal);
    for await (const messages of readable) yield* messages;
  } finally {
    stop.abort();
    await consumer.disconnect().catch(() => undefined);
    // Without offsets and members it would be gone sooner or later.
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
}

const NOTHING: Span = { next: 0n, end: 0n };

async function spansOf(admin: Admin, topic: string): Promise<ReadonlyMap<number, Span>> {
  const offsets = await offsetsOf(admin, topic, Date.now() + PATIENCE);
  return new Map(offsets.map(({ partition, low, high }) => [partition, { next: BigInt(low), end: BigInt(high) }]));
}

/** A topic that has just been made may not have its leaders yet. */
async function offsetsOf(admin: Admin, topic: string, giveUpAt: number): ReturnType<Admin["fetchTopicOffsets"]> {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    if (!(error instanceof kafkajs.KafkaJSError && error.retriable) || Date.now() > giveUpAt) throw error;
    await sleep(PAUSE);
    return offsetsOf(admin, topic, giveUpAt);
  }
}

/** What is deleted while we read will not come. */
async function skipDeleted(
  admin: Admin,
  topic: string,
  passed: (partition: number, offset: bigint) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const _ of every(LOOK, undefined, { signal }))
      for (const { partition, low } of await admin.fetchTopicOffsets(topic).catch(() => []))
        passed(partition, BigInt(low));
  } catch {
    // It was aborted.
  }
}
