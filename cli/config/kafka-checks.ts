import { UserError } from "../../model/user-error.ts";
import {
  type KafkaOptions,
  kafkaTransport,
  type TopicReport,
  topicDifferences,
  type WantedTopic,
} from "../../transport/kafka.ts";
import type { Transport } from "../../transport/transport.ts";
import { type Check, check } from "./check.ts";
import type { KafkaConfig } from "./kafka.ts";
import { differenceWords, wantedTopics } from "./wanted-topics.ts";

/** Whether the brokers let us in, and whether each topic is there, and as `rootcause setup` would make it. */
export function kafkaChecks(kafka: KafkaConfig): readonly Check[] {
  const { connection } = kafka;
  const each = connection.brokers.map((broker) => ({ broker, reaching: reach({ ...connection, brokers: [broker] }) }));
  const brokers = each.map(({ broker, reaching }) =>
    check(`kafka ${broker}`, async () => {
      await reaching;
      return securityOf(connection);
    }),
  );
  // By whichever answers first.
  const reached = Promise.any(each.map(({ reaching }) => reaching));
  const found = wantedTopics(kafka).map((wanted) => check(`topic ${wanted.topic}`, () => tryTopic(reached, wanted)));
  const looked = Promise.all(found.map(({ outcome }) => outcome));
  for (const { reaching } of each)
    reaching.then(
      ({ transport }) => looked.then(() => transport.close()),
      () => undefined, // The check of the broker says so.
    );
  return [...brokers, ...found];
}

interface Reached {
  readonly transport: Transport;
  readonly options: KafkaOptions;
}

async function reach(options: KafkaOptions): Promise<Reached> {
  return { transport: await kafkaTransport(options), options };
}

function isLoss({ what, is, wanted }: TopicReport["differences"][number]): boolean {
  return what === "cleanup.policy" && is.includes("compact") && !wanted.includes("compact");
}

function securityOf({ tls, sasl }: KafkaOptions): string {
  const login = sasl === undefined ? "without a login" : `logged in by ${sasl.mechanism}`;
  const isSeen = tls === undefined && (sasl?.mechanism === "plain" || sasl?.mechanism === "oauthbearer");
  const warning = isSeen ? ": whoever listens on the way can log in too" : "";
  return `connected ${tls === undefined ? "without TLS" : "by TLS"}, ${login}${warning}`;
}

async function tryTopic(reached: Promise<Reached>, wanted: WantedTopic): Promise<string> {
  const { transport, options } = await reached.catch(() => {
    throw new UserError("not looked up, for no broker is reached");
  });
  const count = await transport.partitions(wanted.topic);
  const differences = await topicDifferences(options, wanted).catch((error: Error) => error.message);
  if (typeof differences !== "string" && differences.some(isLoss))
    throw new UserError(
      "it is compacted: Kafka keeps the last message of each key and deletes the others, read or not; set its cleanup.policy to delete",
    );
  // A topic of shippers may well be another: that is said, and no fault.
  const how = typeof differences === "string" ? differences : differenceWords(differences);
  return `${count} partition${count === 1 ? "" : "s"}${how === "" ? "" : ` (${how})`}`;
}
