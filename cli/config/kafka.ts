import { z } from "zod";
import { DEFAULT_TOPICS, type Topics } from "../../pipeline/stream/topics.ts";
import type { KafkaOptions } from "../../transport/kafka.ts";
import { renewedSecret, secret } from "./secret.ts";
import { section } from "./section.ts";
import { HostAndPort, type Place, pemFile } from "./values.ts";

export interface KafkaConfig {
  /** How the brokers are reached. */
  readonly connection: KafkaOptions;
  /** What the names of the consumer groups begin with. */
  readonly group: string;
  readonly topics: Topics;
  /** For `rootcause setup`: of each topic that it makes. */
  readonly partitions: number;
  readonly replication: number;
}

/** The section `kafka`. */
export function kafkaSection(place: Place) {
  return section({
    brokers: z.array(HostAndPort).min(1, "name at least one broker, like [kafka-1.example:9092]"),
    clientId: Name.default("rootcause"),
    group: Name.default("rootcause"),
    tls: tlsSection(place).exactOptional(),
    sasl: saslSection(place).exactOptional(),
    topics: TopicsSection.prefault({}),
    partitions: z.int().min(1).max(10_000).default(6),
    replication: z.int().min(1).max(100).default(1),
  }).transform(
    ({ group, topics, partitions, replication, ...connection }): KafkaConfig => ({
      connection,
      group,
      topics,
      partitions,
      replication,
    }),
  );
}

const Name = z.string().regex(/^[A-Za-z0-9._-]{1,200}$/, "letters, digits, dot, _ and - are expected");

function tlsSection(place: Place) {
  const files = section(
    {
      ca: pemFile(place).exactOptional(),
      cert: pemFile(place).exactOptional(),
      key: pemFile(place).exactOptional(),
      servername: z.string().min(1).exactOptional(),
    },
    "write true, or a block with ca, cert, key or servername; without TLS leave it out",
  );
  // `true` is the block in which nothing is said.
  return z
    .preprocess((given) => (given === true ? {} : given), files)
    .transform((given, context): NonNullable<KafkaOptions["tls"]> => {
      if ((given.cert === undefined) !== (given.key === undefined))
        context.addIssue("a certificate of one's own needs both cert and key");
      return Object.keys(given).length === 0 ? true : given;
    });
}

function saslSection(place: Place) {
  return z.discriminatedUnion("mechanism", [
    section({
      mechanism: z.enum(["plain", "scram-sha-256", "scram-sha-512"]),
      username: z.string().min(1),
      password: secret(place),
    }),
    section({ mechanism: z.literal("oauthbearer"), token: renewedSecret(place) }),
  ]);
}

const TopicName = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, "a topic's name has 1 to 249 letters, digits, dots, _ and -");

const TopicsSection = section({
  events: z
    .array(TopicName)
    .min(1, "name at least one topic")
    .default([...DEFAULT_TOPICS.events]),
  detections: TopicName.default(DEFAULT_TOPICS.detections),
  incidents: TopicName.default(DEFAULT_TOPICS.incidents),
  deadletter: TopicName.default(DEFAULT_TOPICS.deadletter),
}).refine(
  ({ events, detections, incidents, deadletter }) =>
    new Set([...events, detections, incidents, deadletter]).size === events.length + 3,
  "each topic must have a name of its own: what is read and what is written would be one",
);
