import type { IMemberAssignment } from "kafkajs";
import type { TopicPartition } from "../transport.ts";
import type { Partition } from "./partition.ts";

/** What this member has between one sharing of the partitions and the next. */
export class Assignment {
  readonly partitions: readonly TopicPartition[];
  /** Aborted when the partitions have been shared anew, or the member is to stop. */
  readonly stop = new AbortController();
  /** Aborted then, and as soon as the member begins to leave: what fails is not tried again. */
  readonly leaving: AbortSignal;
  readonly running = new Set<Promise<void>>();
  held: readonly Partition[] = [];
  /** Whether the handler has been told. */
  isAnnounced = false;

  constructor(partitions: readonly TopicPartition[], closing: AbortSignal) {
    this.partitions = partitions;
    this.leaving = AbortSignal.any([this.stop.signal, closing]);
  }

  find({ topic, partition }: TopicPartition): Partition | undefined {
    return this.held.find((held) => held.partition === partition && held.topic === topic);
  }
}

/** As kafkajs tells what this member has got. */
export function partitionsOf(assignment: IMemberAssignment): readonly TopicPartition[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}

/** As kafkajs wants them to be named. */
export function byTopic(partitions: readonly TopicPartition[]): { topic: string; partitions: number[] }[] {
  return partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
}
