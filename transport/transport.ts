/** Topic and partition, as Kafka means them. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Text, or the bytes where they are no UTF-8. */
export type TextOrBytes = string | Buffer;

/** What is published: Kafka's record, without what the broker adds. */
export interface Message {
  /** What keeps messages in order and together; undefined spreads them. */
  readonly key: TextOrBytes | undefined;
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, TextOrBytes>>;
  /** Where it goes; chosen from the key unless given. */
  readonly partition?: number;
}

/** A message as it is read. */
export interface Received extends TopicPartition {
  readonly offset: bigint;
  /** When it was published, ms since 1970; undefined where nobody said. */
  readonly timestamp: number | undefined;
  readonly key: TextOrBytes | undefined;
  /** Empty for a tombstone. */
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, TextOrBytes>>;
}

/**
 * Consecutive messages of one partition. Those of a batch whose handler did not come to its end are delivered again: as the same batch when it threw,
 * and cut anew by whoever has the partition after a crash or a rebalance.
 */
export interface Batch extends TopicPartition {
  /** Offset of the first message. */
  readonly first: bigint;
  /** Offset behind the last message. */
  readonly end: bigint;
  /** Ascending by offset, never empty. */
  readonly messages: readonly Received[];
}

/** The rest of what a batch is to bring about. When it resolves, that is durable; when it throws, it is called again after a pause, and no other batch of the partition begins until then. */
export type Finish = () => Promise<void>;

/** What a member of a consumer group does. One batch of a partition at a time; batches of different partitions may overlap. */
export interface Handler {
  /** Called before the first batch of partitions that came to this member (again after each rebalance); batches wait for it. */
  assigned?(partitions: readonly TopicPartition[]): Promise<void>;
  /** These partitions are no longer this member's: let go of what is kept for them. */
  revoked?(partitions: readonly TopicPartition[]): void;
  /**
   * When it resolves, all effects of the batch are durable but for those of what it resolves to: that is left to go on beside the next batches of
   * the partition. Offsets are committed when both are done, here and of all before. When it throws, the same batch comes again after a
   * pause. `signal` is aborted when the partition has been lost or the member is to stop: give up, the batch is not lost.
   */
  batch(batch: Batch, signal: AbortSignal): Promise<Finish | undefined>;
}

export interface SubscribeOptions {
  /** Consumer group: its members share the partitions, and it remembers how far they came. */
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly handler: Handler;
  /** So many bytes (compressed, as they are kept) are waited for, 100 ms at most, where each batch has its price; 1 unless given. Kafka's `fetch.min.bytes`. */
  readonly minBytes?: number;
}

export interface Subscription {
  /** Finishes the batches that are being handled, commits them and leaves the group. */
  close(): Promise<void>;
  /** Rejects with the reason when the member cannot go on and will not recover by itself; never resolves before `close`. */
  readonly ended: Promise<void>;
  /** For each partition that this member has: how many messages wait behind those handled. Counted at the last fetch. */
  lag(): readonly (TopicPartition & { readonly messages: bigint })[];
}

export interface Publisher {
  /** When it resolves, the messages will reach every consumer group. In order within a partition. Waits while the transport is slow. */
  send(topic: string, messages: readonly Message[]): Promise<void>;
  close(): Promise<void>;
}

/** Kafka, or queues in this process: the stages do not know which. */
export interface Transport {
  /** How many partitions a topic has. */
  partitions(topic: string): Promise<number>;
  /** Whether `send` waits until what was sent has been handled: then nothing follows it before, and to wait for more is to wait in vain. */
  readonly sendsWait: boolean;
  publisher(): Promise<Publisher>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Why the brokers cannot be reached now, a sentence; undefined when they can. */
  outage(): string | undefined;
  /** Closes what is still open. */
  close(): Promise<void>;
}
