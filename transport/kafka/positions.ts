import type { Admin } from "kafkajs";
import type { TopicPartition } from "../transport.ts";
import type { Position } from "./partition.ts";

/** How far the group came on these partitions. */
export async function positionsOf(
  admin: Admin,
  groupId: string,
  partitions: readonly TopicPartition[],
): Promise<readonly Position[]> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const committed = new Map<string, bigint>();
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics }))
    for (const { partition, offset } of partitions) committed.set(`${partition} ${topic}`, BigInt(offset));
  const bounds = new Map<string, { low: string; high: string }>();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      bounds.set(`${partition} ${topic}`, { low, high });
  return partitions.map(({ topic, partition }) => {
    const bound = bounds.get(`${partition} ${topic}`);
    if (bound === undefined) throw new Error(`the broker said nothing about partition ${partition} of ${topic}`);
    const low = BigInt(bound.low);
    const high = BigInt(bound.high);
    const next = committed.get(`${partition} ${topic}`) ?? low;
    // Behind the end of the log: the topic has been made anew.
    return { next: next < low || next > high ? low : next, high };
  });
}
