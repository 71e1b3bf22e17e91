import type { Message, Received, TopicPartition } from "../../transport/transport.ts";

/** Headers of a dead letter; those that the message came with stay beside them. */
const HEADER = {
  reason: "rootcause-reason",
  topic: "rootcause-topic",
  partition: "rootcause-partition",
  offset: "rootcause-offset",
} as const;
/** Says of a message that it is there again. */
const REPLAYED = "rootcause-replayed";

/** A message that could not be read, where it came from and why. */
export interface DeadLetter extends TopicPartition {
  readonly offset: bigint;
  readonly reason: string;
  readonly key: string | undefined;
  readonly value: Buffer;
  /** Without those that say why. */
  readonly headers: Readonly<Record<string, string>>;
}

export function deadLetter({ topic, partition, offset, key, value, headers }: Received, reason: string): Message {
  return {
    key,
    value,
    headers: {
      ...headers,
      [HEADER.reason]: reason,
      [HEADER.topic]: topic,
      [HEADER.partition]: String(partition),
      [HEADER.offset]: String(offset),
    },
  };
}

/** Undefined when it is not ours: it does not say where it came from. */
export function readDeadLetter({ key, value, headers }: Received): DeadLetter | undefined {
  const {
    [HEADER.reason]: reason = "",
    [HEADER.topic]: topic,
    [HEADER.partition]: partition = "",
    [HEADER.offset]: offset = "",
    ...others
  } = headers;
  if (topic === undefined || !/^\d{1,9}$/.test(partition) || !/^\d{1,19}$/.test(offset)) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset), reason, key, value, headers: others };
}

/** The message as it was, for the topic that it came from. */
export function replayOf({ key, value, headers }: DeadLetter): Message {
  return { key, value, headers: { ...headers, [REPLAYED]: "1" } };
}
