import type { Admin } from "kafkajs";
import { z } from "zod";
import type { TopicPartition } from "../transport.ts";
import type { Position } from "./partition.ts";

/** What is committed beside the offset of a batch that is being handled: where it ends. */
const Plan = z.object({ end: z.string().regex(/^\d{1,19}$/) });

export function planOf(end: bigint): string {
  return JSON.stringify({ end: String(end) });
}

/** How far the group came on these partitions. */
export async function positionsOf(
  admin: Admin,
  groupId: string,
  partitions: readonly TopicPartition[],
): Promise<readonly Position[]> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const committed = new Map<string, { offset: string; metadata: string | null }>();
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics }))
    for (const { partition, offset, metadata } of partitions)
      committed.set(`${partition} ${topic}`, { offset, metadata });
  const bounds = new Map<string, { low: string; high: string }>();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      bounds.set(`${partition} ${topic}`, { low, high });
  return partitions.map(({ topic, partition }) => {
    const bound = bounds.get(`${partition} ${topic}`);
    if (bound === undefined) throw new Error(`the broker said nothing about partition ${partition} of ${topic}`);
    const low = BigInt(bound.low);
    const high = BigInt(bound.high);
    const { offset = "-1", metadata = null } = committed.get(`${partition} ${topic}`) ?? {};
    const next = BigInt(offset);
    // Behind the end of the log: the topic has been made anew.
    if (next > high) return { next: low, plannedEnd: undefined, high };
    return { next: next < low ? low : next, plannedEnd: endOf(metadata), high };
  });
}

/** Metadata that others wrote is none of ours. */
function endOf(metadata: string | null): bigint | undefined {
  if (!metadata) return undefined;
  try {
    return BigInt(Plan.parse(JSON.parse(metadata)).end);
  } catch {
    return undefined;
  }
}
