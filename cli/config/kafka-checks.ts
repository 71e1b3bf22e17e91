import { UserError } from "../../model/user-error.ts";
import { type KafkaOptions, kafkaTransport } from "../../transport/kafka.ts";
import type { Transport } from "../../transport/transport.ts";
import { type Check, check } from "./check.ts";
import type { KafkaConfig } from "./kafka.ts";

/** Whether the brokers let us in, and whether each topic is there. */
export function kafkaChecks({ connection, topics }: KafkaConfig): readonly Check[] {
  const connecting = kafkaTransport(connection);
  const brokers = check("kafka", async () => {
    await connecting;
    return `${connection.brokers.join(", ")}: ${securityOf(connection)}`;
  });
  const names = [...topics.events, topics.detections, topics.incidents, topics.deadletter];
  const found = names.map((topic) => check(`topic ${topic}`, () => tryTopic(connecting, topic)));
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

async function tryTopic(connecting: Promise<Transport>, topic: string): Promise<string> {
  const transport = await connecting.catch(() => {
    throw new UserError("not looked up, for there is no broker");
  });
  const count = await transport.partitions(topic);
  return `${count} partition${count === 1 ? "" : "s"}`;
}
