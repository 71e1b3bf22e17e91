import { UserError } from "../../model/user-error.ts";
import { type KafkaOptions, kafkaTransport, topicDifferences, type WantedTopic } from "../../transport/kafka.ts";
import type { Transport } from "../../transport/transport.ts";
import { type Check, check } from "./check.ts";
import type { KafkaConfig } from "./kafka.ts";
import { differenceWords, wantedTopics } from "./wanted-topics.ts";

/** Whether the brokers let us in, and whether each topic is there, and as `rootcause setup` would make it. */
export function kafkaChecks(kafka: KafkaConfig): readonly Check[] {
  const { connection } = kafka;
  const connecting = kafkaTransport(connection);
  const brokers = check("kafka", async () => {
    await connecting;
    return `${connection.brokers.join(", ")}: ${securityOf(connection)}`;
  });
  const found = wantedTopics(kafka).map((wanted) =>
    check(`topic ${wanted.topic}`, () => tryTopic(connecting, connection, wanted)),
  );
  const looked = Promise.all(found.map(({ outcome }) => outcome));
  connecting.then(
    (transport) => looked.then(() => transport.close()),
    () => undefined, // The check of the brokers says so.
  );
  return [brokers, ...found];
}

function securityOf({ tls, sasl }: KafkaOptions): string {
  const login = sasl === undefined ? "without a login" : `logged in by ${sasl.mechanism}`;
  return `connected ${tls === undefined ? "without TLS" : "by TLS"}, ${login}`;
}

async function tryTopic(
  connecting: Promise<Transport>,
  connection: KafkaOptions,
  wanted: WantedTopic,
): Promise<string> {
  const transport = await connecting.catch(() => {
    throw new UserError("not looked up, for there is no broker");
  });
  const count = await transport.partitions(wanted.topic);
  // A topic of shippers may well be another: that is said, and no fault.
  const how = await topicDifferences(connection, wanted).then(differenceWords, (error: Error) => error.message);
  return `${count} partition${count === 1 ? "" : "s"}${how === "" ? "" : ` (${how})`}`;
}
