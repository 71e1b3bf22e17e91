import { MemoryGroup } from "./memory-group.ts";
import { partitionOf } from "./partition-of.ts";
import type { Message, Received, SubscribeOptions, Subscription, Transport } from "./transport.ts";

/** How many partitions each topic has. */
const PARTITIONS = 3;

/**
 * Queues in this process, for when there is no broker. What is sent is with the groups that subscribe to the topic at that moment and with nobody
 * else, and `send` resolves when all of them have handled it: nothing is kept that a crash could lose, and a slow reader slows the writer.
 */
export function memoryTransport({ partitions = PARTITIONS }: { readonly partitions?: number } = {}): Transport {
  const topics = new Map<string, MemoryTopic>();
  const groups = new Map<string, MemoryGroup>();
  const open = new Set<Subscription>();
  const topicOf = (name: string): MemoryTopic => {
    const topic = topics.get(name) ?? new MemoryTopic(name, partitions);
    topics.set(name, topic);
    return topic;
  };

  async function subscribe({ groupId, topics: names, handler }: SubscribeOptions): Promise<Subscription> {
    const group = groups.get(groupId) ?? new MemoryGroup(partitions);
    groups.set(groupId, group);
    for (const name of names) topicOf(name).groups.add(group);
    const member = await group.join(names, handler);
    const stop = Promise.withResolvers<void>();
    const subscription: Subscription = {
      ended: stop.promise,
      lag: () => group.lagOf(member),
      close: async () => {
        if (!open.delete(subscription)) return;
        await group.leave(member);
        stop.resolve();
      },
    };
    open.add(subscription);
    return subscription;
  }

  return {
    partitions: async () => partitions,
    sendsWait: true,
    publisher: async () => ({
      send: (topic, messages) => topicOf(topic).send(messages),
      close: async () => undefined,
    }),
    subscribe,
    outage: () => undefined,
    close: async () => {
      await Promise.all([...open].map((subscription) => subscription.close()));
    },
  };
}

class MemoryTopic {
  readonly groups = new Set<MemoryGroup>();
  readonly #name: string;
  readonly #next: bigint[];
  #spread = 0;

  constructor(name: string, partitions: number) {
    this.#name = name;
    this.#next = Array.from({ length: partitions }, () => 0n);
  }

  async send(messages: readonly Message[]): Promise<void> {
    const received = messages.map((message) => this.#place(message));
    await Promise.all([...this.groups].map((group) => group.add(received)));
  }

  #place({ key, value, headers = {}, partition = this.#partitionFor(key) }: Message): Received {
    const offset = this.#next[partition];
    if (offset === undefined) throw new RangeError(`${this.#name} has no partition ${partition}`);
    this.#next[partition] = offset + 1n;
    return { topic: this.#name, partition, offset, timestamp: Date.now(), key, value, headers };
  }

  #partitionFor(key: Message["key"]): number {
    if (key !== undefined) return partitionOf(key, this.#next.length);
    this.#spread = (this.#spread + 1) % this.#next.length;
    return this.#spread;
  }
}
