import { setTimeout as sleep } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { UserError } from "../model/user-error.ts";
import { kafkaClient, nameOf, TIMEOUT } from "./kafka/client.ts";
import { causesOf, connectError, lastingError, messageOf, wentAway } from "./kafka/errors.ts";
import { KafkaMember } from "./kafka/member.ts";
import type { KafkaOptions } from "./kafka/options.ts";
import { Outage, type Reach } from "./kafka/outage.ts";
import { KafkaPublisher } from "./kafka/publisher.ts";
import { readToEnd } from "./kafka/read-topic.ts";
import { differencesOf, partitionCount, setUpTopics, type TopicReport, type WantedTopic } from "./kafka/topics.ts";
import type { Publisher, Received, SubscribeOptions, Subscription, Transport } from "./transport.ts";

export { TooLargeError } from "./kafka/errors.ts";
export type { KafkaOptions, KafkaSasl } from "./kafka/options.ts";
export type { TopicReport, WantedTopic } from "./kafka/topics.ts";

/** How long until brokers are asked again whether they are there, ms: where nobody else asks them, nobody else would know. */
const PAUSE = { answered: 10_000, failed: 2_000 };

/** Connects to Kafka; whatever stands in the way is a UserError of one line. Once connected, an outage is waited out. */
export async function kafkaTransport(given: KafkaOptions): Promise<Transport> {
  const outage = new Outage(nameOf(given), given.log ?? (() => undefined));
  const { admin, options } = await connect(given);
  const kafka = kafkaClient(options);
  const open = new Set<Publisher | Subscription>();
  const closing = new AbortController();
  void watchBrokers(admin, outage.reach(), closing.signal);

  const partitions = (topic: string) => partitionsOf(admin, options, topic);

  async function publisher(): Promise<Publisher> {
    const made = new KafkaPublisher(kafka, partitions, outage.reach());
    open.add(made);
    return made;
  }

  async function subscribe(subscribeOptions: SubscribeOptions): Promise<Subscription> {
    for (const topic of subscribeOptions.topics) await partitions(topic);
    const member = new KafkaMember(admin, options, outage.reach(), subscribeOptions);
    open.add(member);
    await member.join();
    return member;
  }

  return {
    partitions,
    sendsWait: false,
    publisher,
    subscribe,
    outage: () => outage.reason,
    close: async () => {
      closing.abort();
      await Promise.all([...open].map((each) => each.close()));
      await admin.disconnect();
    },
  };
}

/** Makes the topics that are missing, and says for each what is. What exists is never changed. */
export async function setupTopics(
  options: KafkaOptions,
  wanted: readonly WantedTopic[],
): Promise<readonly TopicReport[]> {
  return withAdmin(options, (admin) => setUpTopics(admin, wanted));
}

/** What of a topic that exists is not as `setupTopics` would make it. */
export async function topicDifferences(
  options: KafkaOptions,
  wanted: WantedTopic,
): Promise<TopicReport["differences"]> {
  return withAdmin(options, (admin) => differencesOf(admin, wanted));
}

/** What a topic holds now, from its beginning; in order within a partition. No consumer group is disturbed by it. */
export async function* readTopic(given: KafkaOptions, topic: string): AsyncGenerator<Received> {
  const { admin, options } = await connect(given);
  try {
    await partitionsOf(admin, options, topic);
    yield* readToEnd(admin, kafkaClient(options), topic, `${options.clientId}-read-${crypto.randomUUID()}`);
  } catch (error) {
    throw inOneLine(error, options);
  } finally {
    await admin.disconnect();
  }
}

/** Deletes the messages of a topic that come before these offsets, one for each partition. */
export async function deleteBefore(
  options: KafkaOptions,
  topic: string,
  ends: ReadonlyMap<number, bigint>,
): Promise<void> {
  const { admin } = await connect(options);
  try {
    // kafkajs does not look up by itself which broker has the topic.
    await admin.fetchTopicOffsets(topic);
    const partitions = Array.from(ends, ([partition, end]) => ({ partition, offset: String(end) }));
    await admin.deleteTopicRecords({ topic, partitions });
  } catch (error) {
    throw (
      lastingError(error, options) ??
      new UserError(`${nameOf(options)}: nothing can be deleted from ${topic}: ${causesOf(error).at(-1)}`)
    );
  } finally {
    await admin.disconnect();
  }
}

async function partitionsOf(admin: Admin, options: KafkaOptions, topic: string): Promise<number> {
  const count = await partitionCount(admin, topic).catch((error: unknown) => {
    throw inOneLine(error, options);
  });
  if (count !== undefined) return count;
  throw new UserError(`${nameOf(options)}: there is no topic ${topic}: make it, or let rootcause setup make it`);
}

async function withAdmin<T>(options: KafkaOptions, use: (admin: Admin) => Promise<T>): Promise<T> {
  const { admin } = await connect(options);
  try {
    return await use(admin);
  } catch (error) {
    throw inOneLine(error, options);
  } finally {
    await admin.disconnect();
  }
}

function inOneLine(error: unknown, options: KafkaOptions): UserError {
  if (error instanceof UserError) return error;
  const why = wentAway(error) ? "the broker went away meanwhile; try again once it runs" : messageOf(error);
  return lastingError(error, options) ?? new UserError(`${nameOf(options)}: ${why}`);
}

/** Asks them now and then, until the signal. */
async function watchBrokers(admin: Admin, reach: Reach, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const began = Date.now();
    const late = setTimeout(() => reach.fails("no answer", began), TIMEOUT.request).unref();
    const failure = await admin.describeCluster().then(() => undefined, messageOf);
    clearTimeout(late);
    if (signal.aborted) return;
    if (failure === undefined) reach.works();
    else reach.fails(failure, began);
    await sleep(failure === undefined ? PAUSE.answered : PAUSE.failed, undefined, { signal, ref: false }).catch(
      () => undefined,
    );
  }
}

/** Also where the first broker of the list is none, or hangs; then the list begins with one that answered. */
async function connect(given: KafkaOptions): Promise<{ readonly admin: Admin; readonly options: KafkaOptions }> {
  const failures: unknown[] = [];
  for (const at of given.brokers.keys()) {
    const options = { ...given, brokers: [...given.brokers.slice(at), ...given.brokers.slice(0, at)] };
    try {
      return { admin: await connectedAdmin(options), options };
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

async function connectedAdmin(options: KafkaOptions): Promise<Admin> {
  const admin = kafkaClient(options, { tellsMissing: false }).admin();
  try {
    await admin.connect();
    // The first answer of a broker that we have been let in to.
    await admin.describeCluster();
    return admin;
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw connectError(error, options);
  }
}
