import { stdout } from "node:process";
import { openStore } from "../storage/store.ts";
import { setupTopics, type TopicReport, type WantedTopic } from "../transport/kafka.ts";
import type { KafkaConfig } from "./config/kafka.ts";
import { type Config, readConfig } from "./config.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { SetupOptions } from "./setup.ts";

const DAY = 24 * 60 * 60 * 1000;
/** Bytes. Kafka's own limit, and room for what a dead letter's headers add. */
const MESSAGE = 1_048_588;
const LETTER = 2 * MESSAGE;

/** Makes what is missing, says what is there. */
export async function runSetup(options: SetupOptions): Promise<ExitCode> {
  const config = await readConfig(options.config);
  if (config.kafka === undefined)
    stdout.write(
      "There are no topics to make: the configuration has no kafka section, and the stages pass on in one process.\n",
    );
  else
    for (const report of await setupTopics(config.kafka.connection, wantedTopics(config.kafka)))
      stdout.write(`${reportLine(report)}\n`);
  await setupStore(config);
  return EXIT.ok;
}

async function setupStore({ clickhouse }: Config): Promise<void> {
  if ("folder" in clickhouse) return;
  const store = await openStore(clickhouse);
  await store.close();
  stdout.write(`ClickHouse ${clickhouse.url}: the tables of ${clickhouse.database} are there\n`);
}

function wantedTopics({ topics, partitions, replication }: KafkaConfig): readonly WantedTopic[] {
  const wanted = (topic: string, config: Readonly<Record<string, string>>): WantedTopic => ({
    topic,
    partitions,
    replication,
    config: { ...config, "min.insync.replicas": String(Math.max(1, replication - 1)) },
  });
  const kept = (days: number, bytes = MESSAGE) => ({
    "cleanup.policy": "delete",
    "retention.ms": String(days * DAY),
    "max.message.bytes": String(bytes),
  });
  return [
    // A shipper may give a message the time of its event: of an old one Kafka would delete it at once, one from a clock that is ahead it would refuse.
    ...topics.events.map((topic) => wanted(topic, { ...kept(7), "message.timestamp.type": "LogAppendTime" })),
    // What was detected is in the store: the topic bridges the time in which nobody correlates.
    wanted(topics.detections, kept(7)),
    wanted(topics.incidents, { "cleanup.policy": "compact", "max.message.bytes": String(MESSAGE) }),
    wanted(topics.deadletter, kept(30, LETTER)),
  ];
}

function reportLine({ topic, state, differences }: TopicReport): string {
  const said = { created: "created", exists: "exists", differs: "exists, and differs" }[state];
  const how = differences.map(({ what, is, wanted }) => `${what} is ${is}, ${wanted} would be made`).join("; ");
  return `topic ${topic}: ${said}${how === "" ? "" : ` (${how})`}`;
}
