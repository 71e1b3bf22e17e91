import type { TopicReport, WantedTopic } from "../../transport/kafka.ts";
import type { KafkaConfig } from "./kafka.ts";

const DAY = 24 * 60 * 60 * 1000;
/** Bytes. Kafka's own limit, and room for what a dead letter's headers add. */
const MESSAGE = 1_048_588;
const LETTER = 2 * MESSAGE;

/** The topics of the stages, as `rootcause setup` makes them. */
export function wantedTopics({ topics, partitions, replication }: KafkaConfig): readonly WantedTopic[] {
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

/** Empty where there are none. */
export function differenceWords(differences: TopicReport["differences"]): string {
  return differences.map(({ what, is, wanted }) => `${what} is ${is}, ${wanted} would be made`).join("; ");
}
