import { setTimeout as sleep } from "node:timers/promises";
import type { Batch, Finish, Handler, Received, TopicPartition } from "./transport.ts";
import { untilDone } from "./until-done.ts";

/** Messages of a batch. */
const BATCH = 5_000;
/** How long a batch that failed waits, ms: at first, and at most. */
const PAUSE = { first: 100, most: 10_000 };
/** How long a member that leaves may take for the batches that it is handling, ms. */
const GRACE = 8_000;

export interface Member {
  readonly topics: readonly string[];
  readonly handler: Handler;
  readonly stop: AbortController;
  partitions: readonly Queue[];
}

/** What one group still has to handle of one partition. */
interface Queue extends TopicPartition {
  readonly waiting: { readonly message: Received; readonly done: () => void }[];
  owner: Member | undefined;
  /** The batch that is being handled, or was and must come again as it was. */
  batch: Batch | undefined;
  /** What is left of it for its owner to do. */
  finish: Finish | undefined;
  running: Promise<void> | undefined;
  /** How long the batch waits because it failed, ms; 0 when it did not. */
  pause: number;
  isPausing: boolean;
}

/** The members of one consumer group and what they have to do. */
export class MemoryGroup {
  readonly #partitions: number;
  readonly #members = new Set<Member>();
  readonly #queues = new Map<string, Queue>();
  #isSettled = true;
  #turn: Promise<void> = Promise.resolve();

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  async join(topics: readonly string[], handler: Handler): Promise<Member> {
    const member: Member = { topics, handler, stop: new AbortController(), partitions: [] };
    for (const topic of topics)
      for (let partition = 0; partition < this.#partitions; partition++) this.#queueOf({ topic, partition });
    this.#members.add(member);
    await this.#rebalance();
    return member;
  }

  async leave(member: Member): Promise<void> {
    this.#members.delete(member);
    const timer = setTimeout(() => member.stop.abort(), GRACE);
    await this.#rebalance();
    clearTimeout(timer);
  }

  /** Resolves when all of them have been handled. */
  async add(messages: readonly Received[]): Promise<void> {
    if (messages.length === 0) return;
    const all = Promise.withResolvers<void>();
    let left = messages.length;
    const done = () => {
      if (--left === 0) all.resolve();
    };
    const touched = new Set<Queue>();
    for (const message of messages) {
      const queue = this.#queueOf(message);
      queue.waiting.push({ message, done });
      touched.add(queue);
    }
    for (const queue of touched) this.#run(queue);
    await all.promise;
  }

  lagOf(member: Member): readonly (TopicPartition & { readonly messages: bigint })[] {
    return member.partitions.map(({ topic, partition, waiting }) => ({
      topic,
      partition,
      messages: BigInt(waiting.length),
    }));
  }

  #queueOf({ topic, partition }: TopicPartition): Queue {
    const key = `${partition} ${topic}`;
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = { topic, partition, waiting: [], ...IDLE };
      this.#queues.set(key, queue);
    }
    return queue;
  }

  /** Everybody finishes what is being handled, lets go, and gets a new share; one rebalance after the other. */
  #rebalance(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      this.#isSettled = false;
      const queues = [...this.#queues.values()];
      await Promise.all(queues.map((queue) => queue.running));
      const before = new Set(queues.map(({ owner }) => owner).filter((owner) => owner !== undefined));
      for (const member of before) member.handler.revoked?.(namesOf(member.partitions));
      this.#share(queues);
      await Promise.all([...this.#members].map(assign));
      this.#isSettled = true;
      for (const queue of queues) this.#run(queue);
    });
    return this.#turn;
  }

  #share(queues: readonly Queue[]): void {
    for (const queue of queues) {
      const members = [...this.#members].filter(({ topics }) => topics.includes(queue.topic));
      queue.finish = undefined;
      queue.owner = members[queue.partition % Math.max(1, members.length)];
    }
    for (const member of this.#members) member.partitions = queues.filter(({ owner }) => owner === member);
  }

  #run(queue: Queue): void {
    if (!this.#isSettled || queue.isPausing || queue.running !== undefined || queue.owner === undefined) return;
    const batch = queue.batch ?? batchOf(queue);
    if (batch === undefined) return;
    queue.batch = batch;
    queue.running = this.#handle(queue, batch, queue.owner).finally(() => {
      queue.running = undefined;
      this.#run(queue);
    });
  }

  async #handle(queue: Queue, batch: Batch, { handler, stop }: Member): Promise<void> {
    try {
      queue.finish ??= (await handler.batch(batch, stop.signal)) ?? NOTHING;
      await queue.finish();
    } catch {
      queue.pause = Math.min(PAUSE.most, queue.pause * 2 || PAUSE.first);
      queue.isPausing = true;
      void sleep(queue.pause).then(() => {
        queue.isPausing = false;
        this.#run(queue);
      });
      return;
    }
    queue.pause = 0;
    queue.batch = undefined;
    queue.finish = undefined;
    for (const { done } of queue.waiting.splice(0, batch.messages.length)) done();
  }
}

const NOTHING = async () => undefined;

const IDLE = {
  owner: undefined,
  batch: undefined,
  finish: undefined,
  running: undefined,
  pause: 0,
  isPausing: false,
} as const;

/** Tries until it works or the member has left: without its state it must not handle anything. */
async function assign({ handler, partitions, stop }: Member): Promise<void> {
  if (partitions.length === 0) return;
  await untilDone(
    async () => handler.assigned?.(namesOf(partitions)),
    stop.signal,
    () => undefined,
  );
}

function namesOf(queues: readonly Queue[]): readonly TopicPartition[] {
  return queues.map(({ topic, partition }) => ({ topic, partition }));
}

function batchOf({ topic, partition, waiting }: Queue): Batch | undefined {
  const messages = waiting.slice(0, BATCH).map(({ message }) => message);
  const [first, last] = [messages[0], messages.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { topic, partition, first: first.offset, end: last.offset + 1n, messages };
}
