import { setImmediate as immediately, setTimeout as sleep } from "node:timers/promises";
import type { Admin, Consumer, EachBatchPayload, Kafka } from "kafkajs";
import type { Handler, SubscribeOptions, Subscription, TopicPartition } from "../transport.ts";
import { PAUSE, untilDone } from "../until-done.ts";
import { Assignment, byTopic, partitionsOf } from "./assignment.ts";
import { Budget } from "./budget.ts";
import { kafkaClient } from "./client.ts";
import { lastingError, messageOf } from "./errors.ts";
import type { KafkaOptions, Log } from "./options.ts";
import type { Reach } from "./outage.ts";
import { BATCH, Partition } from "./partition.ts";
import { positionsOf } from "./positions.ts";

/** What is fetched at a time, compressed as it is: events become ten and more times as large. */
const FETCH = { maxBytesPerPartition: 200_000, maxBytes: 4_000_000, maxWaitTimeInMs: 100 };
/** A member that was killed is noticed after `sessionTimeout`; that another one came or went, at the next heartbeat. */
const GROUP = { sessionTimeout: 10_000, heartbeatInterval: 1_000, rebalanceTimeout: 30_000 };
/** Bytes of all batches that are under way, unpacked. */
const UNDER_WAY = 100_000_000;
/** How long a member that leaves may take: for the batches that it is handling, and with the goodbye, ms. */
const GRACE = { batches: 7_000, all: 7_500 };

/**
 * A member of a consumer group. kafkajs fetches and speaks with the group; what was fetched waits here, so that fetching, heartbeats and the
 * other partitions go on while a batch is handled.
 */
export class KafkaMember implements Subscription {
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #options: KafkaOptions;
  readonly #log: Log;
  readonly #reach: Reach;
  readonly #groupId: string;
  readonly #topics: readonly string[];
  readonly #handler: Handler;
  readonly #minBytes: number;
  readonly #budget = new Budget(UNDER_WAY);
  readonly #closing = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #consumer: Consumer | undefined;
  #current = new Assignment([], this.#closing.signal);
  #isRebalancing = false;
  /** Assignments follow each other. */
  #turn: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(admin: Admin, options: KafkaOptions, reach: Reach, subscribe: SubscribeOptions) {
    this.#kafka = kafkaClient(options, { reach, lasting: this.#closing.signal });
    this.#admin = admin;
    this.#options = options;
    this.#log = options.log ?? (() => undefined);
    this.#reach = reach;
    this.#groupId = subscribe.groupId;
    this.#topics = subscribe.topics;
    this.#handler = subscribe.handler;
    this.#minBytes = subscribe.minBytes ?? 1;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  lag(): readonly (TopicPartition & { readonly messages: bigint })[] {
    return this.#current.held.map(({ topic, partition, lag }) => ({ topic, partition, messages: lag }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Joins the group, and again whenever kafkajs has given up. */
  async join(pause: number = PAUSE.first): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const consumer = this.#kafka.consumer({
      groupId: this.#groupId,
      ...GROUP,
      ...FETCH,
      minBytes: this.#minBytes,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: async () => false },
    });
    this.#consumer = consumer;
    let nextPause = pause;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      nextPause = PAUSE.first;
      if (this.#consumer !== consumer) return;
      this.#assign(consumer, partitionsOf(payload.memberAssignment));
    });
    consumer.on(consumer.events.REBALANCING, () => {
      this.#isRebalancing = true;
    });
    // A broker that takes what is asked and answers nothing: kafkajs tries again and says nothing.
    consumer.on(consumer.events.REQUEST_TIMEOUT, ({ payload }) =>
      this.#reach.fails(`${payload.broker} does not answer`, payload.createdAt),
    );
    consumer.on(consumer.events.REQUEST, () => this.#reach.works());
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#crashed(consumer, payload.error, nextPause));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        // Taking what was fetched waits for nothing.
        partitionsConsumedConcurrently: 8,
        eachBatch: async (fetched) => this.#take(consumer, fetched),
      });
      if (this.#closing.signal.aborted) await consumer.disconnect();
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      this.#crashed(consumer, error, nextPause);
    }
  }

  #crashed(consumer: Consumer, error: unknown, pause: number): void {
    if (this.#consumer !== consumer || this.#closing.signal.aborted) return;
    this.#assign(consumer, []);
    const lasting = lastingError(error, this.#options);
    if (lasting !== undefined) {
      this.#ended.reject(lasting);
      return;
    }
    this.#log(pause === PAUSE.first ? "debug" : "warn", `${this.#groupId}: joins its group anew: ${messageOf(error)}`);
    void sleep(pause, undefined, { signal: this.#closing.signal }).then(
      () => this.join(Math.min(PAUSE.most, pause * 2)),
      () => undefined,
    );
  }

  /** Whatever this member had is taken for lost, even what comes back: another one may have had it in between. */
  #assign(consumer: Consumer, partitions: readonly TopicPartition[]): void {
    const [old, next] = [this.#current, new Assignment(partitions, this.#closing.signal)];
    old.stop.abort();
    this.#current = next;
    this.#isRebalancing = false;
    if (partitions.length > 0) consumer.pause(byTopic(partitions));
    this.#turn = this.#turn.then(() => this.#change(old, next, consumer));
  }

  async #change(old: Assignment, next: Assignment, consumer: Consumer): Promise<void> {
    await this.#letGo(old);
    if (next.partitions.length === 0 || !(await this.#load(next))) return;
    for (const partition of next.held) this.#resume(consumer, partition);
  }

  async #letGo(old: Assignment): Promise<void> {
    await Promise.all(old.running);
    if (old.isAnnounced) this.#handler.revoked?.(old.partitions);
    old.isAnnounced = false;
  }

  /** Whether the member is ready for the batches of these partitions: tries until it is, or they are lost. */
  async #load(next: Assignment): Promise<boolean> {
    const { signal } = next.stop;
    if (signal.aborted) return false;
    const ready = async () => {
      const positions = await positionsOf(this.#admin, this.#groupId, next.partitions);
      next.isAnnounced = true;
      await this.#handler.assigned?.(next.partitions);
      return positions;
    };
    const positions = await untilDone(ready, signal, (error) =>
      this.#log("debug", `${this.#groupId}: not ready for its partitions, trying again: ${messageOf(error)}`),
    ).catch(() => undefined);
    if (positions === undefined || signal.aborted) return false;
    next.held = next.partitions.flatMap((partition, index) => {
      const position = positions[index];
      return position === undefined ? [] : [new Partition(partition, position)];
    });
    return true;
  }

  /** Messages have come from the broker. What is not taken here is fetched again. */
  #take(consumer: Consumer, fetched: EachBatchPayload): void {
    const assignment = this.#current;
    const partition = assignment.find(fetched.batch);
    if (partition === undefined || this.#consumer !== consumer) return;
    partition.add(fetched);
    if (partition.isFull) {
      partition.isPaused = true;
      consumer.pause(byTopic([partition]));
    }
    this.#start(consumer, assignment, partition);
  }

  #resume(consumer: Consumer, partition: Partition): void {
    if (!partition.isPaused || partition.isFull) return;
    partition.isPaused = false;
    try {
      consumer.resume(byTopic([partition]));
    } catch {
      // The consumer has stopped, and what it had is about to be taken away.
    }
  }

  #start(consumer: Consumer, assignment: Assignment, partition: Partition): void {
    if (partition.isHandling) return;
    this.#run(assignment, this.#handle(consumer, assignment, partition));
  }

  #run({ running }: Assignment, work: Promise<void>): void {
    running.add(work);
    void work.then(() => running.delete(work));
  }

  /**
   * Handles the batches of one partition as long as there are any, and none of them fails to be finished: what fails is not left behind by ever more that cannot
   * be committed before it. What has been handled is committed while the next batch is.
   */
  async #handle(consumer: Consumer, assignment: Assignment, partition: Partition): Promise<void> {
    partition.isHandling = true;
    while (!partition.isEmpty && partition.unfinished.size === 0 && this.#goesOn(assignment))
      await this.#next(consumer, assignment, partition);
    // In the same step in which nothing was left, so that nothing comes in between.
    partition.isHandling = false;
  }

  /** Whether a batch may begin. */
  #goesOn({ leaving }: Assignment): boolean {
    return !(leaving.aborted || this.#isRebalancing);
  }

  /** Resolves when the batch after the next one may begin, or no other may. */
  #next(consumer: Consumer, assignment: Assignment, partition: Partition): Promise<void> {
    const others = Promise.withResolvers<void>();
    const handled = this.#handleNext(consumer, assignment, partition, others.resolve);
    const committed = handled.then((isFurther) =>
      isFurther ? partition.commits.share(() => this.#commit(assignment, partition)) : undefined,
    );
    // What was given up was not committed: whoever has the partition next gets it again.
    this.#run(assignment, committed.catch(() => undefined).finally(others.resolve));
    return others.promise;
  }

  /** Whether there is something to commit. `begun`: called when the next batch may begin. @throws when the partition is lost or the member leaves */
  async #handleNext(
    consumer: Consumer,
    assignment: Assignment,
    partition: Partition,
    begun: () => void,
  ): Promise<boolean> {
    const { stop, leaving } = assignment;
    const told = (error: unknown, pause: number) => {
      const where = `${partition.topic}, partition ${partition.partition}, behind offset ${partition.handled}`;
      this.#log("debug", `${this.#groupId}: ${where} failed, again in ${pause / 1000} s: ${messageOf(error)}`);
    };
    let bytes = BATCH.bytes;
    await this.#budget.take(bytes);
    try {
      if (!this.#goesOn(assignment)) return false;
      const taken = await untilDone(() => partition.take(), leaving, told);
      this.#resume(consumer, partition);
      if (taken === undefined) return false;
      this.#budget.give(bytes - taken.bytes);
      bytes = taken.bytes;
      const { batch } = taken;
      const finish = await untilDone(() => this.#handler.batch(batch, stop.signal), leaving, told);
      begun();
      if (finish !== undefined)
        await untilDone(finish, leaving, (error, pause) => {
          partition.unfinished.add(batch);
          told(error, pause);
        });
      // Those that waited for it.
      if (partition.unfinished.delete(batch)) this.#start(consumer, assignment, partition);
      return partition.settle(batch);
    } finally {
      this.#budget.give(bytes);
    }
  }

  /** Tries until it works, or the partition is lost. */
  async #commit({ stop, leaving }: Assignment, { topic, partition, handled, commit }: Partition): Promise<void> {
    const partitions = [{ partition, offset: String(handled) }];
    const committed = async () => {
      // kafkajs commits in the generation that it has at this moment. After a turn of the event loop it is the one of this assignment, or the
      // assignment has been told that it is over: nothing is committed for a partition that another member has by now.
      await immediately();
      if (stop.signal.aborted) return;
      await commit?.({ topics: [{ topic, partitions }] });
    };
    // Who leaves tries once: a group that is sharing its partitions anew would take nothing for seconds.
    await untilDone(committed, leaving, (error) =>
      this.#log("debug", `${this.#groupId}: ${topic}, partition ${partition} not committed: ${messageOf(error)}`),
    ).catch(() => undefined);
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    const begun = performance.now();
    const timer = setTimeout(() => this.#current.stop.abort(), GRACE.batches);
    await Promise.all(this.#current.running);
    clearTimeout(timer);
    // A broker that is away cannot be told.
    const left = GRACE.all - (performance.now() - begun);
    const done = new AbortController();
    await Promise.race([
      this.#consumer?.disconnect().catch(() => undefined),
      sleep(left, undefined, { signal: done.signal }).catch(() => undefined),
    ]);
    done.abort();
    this.#current.stop.abort();
    await this.#turn;
    await this.#letGo(this.#current);
    this.#current = new Assignment([], this.#closing.signal);
    this.#reach.ends();
    this.#ended.resolve();
  }
}
