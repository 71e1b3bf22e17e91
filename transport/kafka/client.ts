import { Kafka, type LogEntry, logLevel, type RetryOptions, type SASLOptions } from "kafkajs";
import type { KafkaOptions, KafkaSasl } from "./options.ts";
import type { Reach } from "./outage.ts";
import { brokerSockets } from "./sockets.ts";
import "./codecs.ts";
import "./encoder.ts";
import "./fetched-batches.ts";
import "./request-queue.ts";

/**
 * kafkajs gives up soon and whoever uses it here tries again: so that closing never waits for a broker that is away. All of it is given, for
 * kafkajs has other values where NODE_ENV is "test".
 */
const RETRY: RetryOptions = { initialRetryTime: 100, factor: 0.2, multiplier: 2, maxRetryTime: 1_000, retries: 3 };

/** How long a connection may take, and an answer, ms. */
export const TIMEOUT = { connection: 10_000, request: 30_000 };

interface ClientOptions {
  /** Is told of connections that fail; they are worth a line of debugging otherwise. */
  readonly reach?: Reach;
  /**
   * The client tries again and again until this is aborted: for the member of a group, which would else have to join anew after each outage and wait until
   * its former self is given up.
   */
  readonly lasting?: AbortSignal;
  /** Whether the log is to say that a topic is not there; false where whoever asks says it. */
  readonly tellsMissing?: boolean;
}

export function kafkaClient(options: KafkaOptions, given: ClientOptions = {}): Kafka {
  const { reach, lasting, tellsMissing = true } = given;
  const { brokers, clientId, tls, sasl } = options;
  return new Kafka({
    // Without brokers kafkajs stops trying.
    brokers: () => (lasting?.aborted ? [] : [...brokers]),
    clientId,
    socketFactory: brokerSockets(tls),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
    retry: lasting === undefined ? RETRY : { ...RETRY, retries: Number.MAX_SAFE_INTEGER },
    connectionTimeout: TIMEOUT.connection,
    authenticationTimeout: TIMEOUT.connection,
    requestTimeout: TIMEOUT.request,
    logLevel: logLevel.WARN,
    logCreator: () => logOf(options, reach, tellsMissing),
  });
}

/** Nearly all that kafkajs calls an error is a retry: what matters is told by whoever asked for it. */
function logOf(options: KafkaOptions, reach: Reach | undefined, tellsMissing: boolean): (entry: LogEntry) => void {
  let isMissingTold = !tellsMissing;
  return ({ namespace, level, log }) => {
    const { message, error } = log;
    if (namespace === "Connection" && level === logLevel.ERROR && message.startsWith("Connection"))
      return reach?.fails(message);
    const isMissing = error === "This server does not host this topic-partition";
    const text = isMissing
      ? `${nameOf(options)}: a topic that is read or written is not there; if it has been deleted, make it again`
      : `kafkajs ${namespace}: ${message}${typeof error === "string" ? `: ${error}` : ""}`;
    options.log?.(isMissing && !isMissingTold ? "warn" : "debug", text);
    isMissingTold ||= isMissing;
  };
}

/** How the cluster is called in messages. */
export function nameOf({ brokers }: KafkaOptions): string {
  return `Kafka ${brokers.join(", ")}`;
}

function saslOf(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== "oauthbearer") return { ...sasl };
  return { mechanism: "oauthbearer", oauthBearerProvider: async () => ({ value: await sasl.token() }) };
}
