import type { Batch, KafkaMessage } from "kafkajs";
import type { Received, TextOrBytes, TopicPartition } from "../transport.ts";
import { RecordBatch } from "./record-batch.ts";
import { headersOf, textOrBytes } from "./records.ts";

/** Consecutive messages of a partition, as they were fetched. */
export interface Fetched {
  /** Bytes that they take, as they are. */
  readonly length: number;
  messages(): Promise<readonly Received[]>;
}

export function fetchedOf(batch: Batch): readonly Fetched[] {
  return batch.messages.map((message) =>
    message instanceof RecordBatch
      ? { length: message.length, messages: () => message.messages(batch) }
      : { length: message.value?.length ?? 0, messages: async () => [receivedOf(batch, message)] },
  );
}

/** Offset of the first message that may have been there; undefined when there is none. */
export function firstOf(batch: Batch): bigint | undefined {
  const first = batch.firstOffset();
  const [message] = batch.messages;
  if (message instanceof RecordBatch && message.offset === first) return message.first;
  return first === null ? undefined : BigInt(first);
}

/** One of a transaction, or of before Kafka 0.11, which kafkajs unpacks. */
function receivedOf({ topic, partition }: TopicPartition, message: KafkaMessage): Received {
  const { offset, timestamp, key, value } = message;
  const time = Number(timestamp);
  return {
    topic,
    partition,
    offset: BigInt(offset),
    timestamp: time >= 0 ? time : undefined,
    key: key === null ? undefined : textOrBytes(key),
    value: value ?? Buffer.alloc(0),
    headers: headersOf(headerEntries(message.headers)),
  };
}

function headerEntries(given: KafkaMessage["headers"] = {}): readonly (readonly [string, TextOrBytes])[] {
  return Object.entries(given).map(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return [name, last === undefined ? "" : typeof last === "string" ? last : textOrBytes(last)] as const;
  });
}
