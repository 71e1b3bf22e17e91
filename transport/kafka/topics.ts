import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type Admin } from "kafkajs";
import { causesOf } from "./errors.ts";

/** A topic as it should be. */
export interface WantedTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
  /** The broker's settings for it, such as `cleanup.policy`. */
  readonly config: Readonly<Record<string, string>>;
}

/** What was found or done. */
export interface TopicReport {
  readonly topic: string;
  readonly state: "created" | "exists" | "differs";
  /** What is not as wanted. */
  readonly differences: readonly { readonly what: string; readonly is: string; readonly wanted: string }[];
}

/** Makes the topics that are missing; those that exist are compared and left as they are. */
export async function setUpTopics(admin: Admin, wanted: readonly WantedTopic[]): Promise<readonly TopicReport[]> {
  const reports: TopicReport[] = [];
  for (const topic of wanted)
    if (await create(admin, topic)) reports.push({ topic: topic.topic, state: "created", differences: [] });
    else {
      const differences = await differencesOf(admin, topic);
      reports.push({ topic: topic.topic, state: differences.length > 0 ? "differs" : "exists", differences });
    }
  return reports;
}

async function create(admin: Admin, { topic, partitions, replication, config }: WantedTopic): Promise<boolean> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const topics = [{ topic, numPartitions: partitions, replicationFactor: replication, configEntries }];
  try {
    // kafkajs' own waiting gives up when it is too soon.
    if (!(await admin.createTopics({ topics, waitForLeaders: false }))) return false;
  } catch (error) {
    throw new Error(
      `the topic ${topic} cannot be made: ${causesOf(error).at(-1)}${/replication/i.test(causesOf(error).join()) ? " (see kafka.replication)" : ""}`,
      {
        cause: error,
      },
    );
  }
  const until = Date.now() + PATIENCE;
  while ((await partitionCount(admin, topic)) !== partitions) {
    if (Date.now() > until) throw new Error(`the topic ${topic} was made but is not there after ${PATIENCE / 1000} s`);
    await sleep(100);
  }
  return true;
}

/** How long a cluster may take until a new topic is known everywhere, ms. */
const PATIENCE = 30_000;

/** What of a topic that exists is not as wanted. */
export async function differencesOf(
  admin: Admin,
  { topic, partitions, replication, config }: WantedTopic,
): Promise<TopicReport["differences"]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const has = topics[0]?.partitions ?? [];
  const isWanted: [what: string, is: string, wanted: string][] = [
    ["partitions", String(has.length), String(partitions)],
    ["replication", String(has[0]?.replicas.length ?? 0), String(replication)],
  ];
  const names = Object.keys(config);
  if (names.length > 0) {
    const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: names };
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
    for (const { configName, configValue } of resources[0]?.configEntries ?? [])
      isWanted.push([configName, configValue, config[configName] ?? ""]);
  }
  return isWanted.filter(([, is, wanted]) => is !== wanted).map(([what, is, wanted]) => ({ what, is, wanted }));
}

/** How many partitions a topic has; undefined where there is none of that name. */
export async function partitionCount(admin: Admin, topic: string): Promise<number | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length;
  } catch (error) {
    if (causesOf(error).includes("UNKNOWN_TOPIC_OR_PARTITION")) return undefined;
    throw error;
  }
}
