import { UserError } from "../../model/user-error.ts";
import { nameOf } from "./client.ts";
import type { KafkaOptions } from "./options.ts";

/** A message that the broker refuses for its size, alone and compressed. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
  /** Which of the messages of the `send` it was. */
  readonly index: number;

  constructor(topic: string, index: number, bytes: number) {
    super(
      `a message of ${bytes.toLocaleString("en")} bytes is too large for the topic ${topic} (its max.message.bytes is smaller)`,
    );
    this.index = index;
  }
}

/** An error and its causes: their codes of Kafka (`type`) and of Node (`code`), and their messages. */
export function causesOf(error: unknown): readonly string[] {
  const causes: string[] = [];
  for (let at = error; at instanceof Error && causes.length < 30; at = at.cause ?? firstOf(at)) {
    for (const field of ["type", "code"]) {
      const value: unknown = Reflect.get(at, field);
      if (typeof value === "string") causes.push(value);
    }
    causes.push(at.message);
  }
  return causes;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** kafkajs says of several errors only that there are some. */
function firstOf(error: Error): unknown {
  const errors: unknown = Reflect.get(error, "errors") ?? Reflect.get(error, "partitions");
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return typeof first === "object" && first !== null && "error" in first ? first.error : first;
}

/** What is said of a connection that its other side has closed. */
const HUNG_UP = "ECONNRESET|EPIPE|[Cc]onnection closed|Closed connection";
const WENT_AWAY = new RegExp(`ECONNREFUSED|${HUNG_UP}`);

/** Whether the broker that one was connected to is gone. */
export function wentAway(error: unknown): boolean {
  return causesOf(error).some((cause) => WENT_AWAY.test(cause));
}

/** What will not go away by trying again; undefined for all else. */
export function lastingError(error: unknown, options: KafkaOptions): UserError | undefined {
  const causes = causesOf(error).join("\n");
  const found = LASTING.find(([pattern]) => pattern.test(causes));
  return found && new UserError(`${nameOf(options)}: ${found[1](options, causes)}`);
}

/** What the first connection came to, in one line that says what to do. */
export function connectError(error: unknown, options: KafkaOptions): UserError {
  const causes = causesOf(error).join("\n");
  const told = [...LASTING, ...FIRST].find(([pattern]) => pattern.test(causes))?.[1](options, causes);
  return new UserError(`${nameOf(options)}: ${told ?? messageOf(error)}`, { cause: error });
}

type Line = readonly [pattern: RegExp, tell: (options: KafkaOptions, causes: string) => string];

const LASTING: readonly Line[] = [
  [
    /ILLEGAL_SASL_STATE/,
    () => "there are no logins at this port: name the port of the broker's SASL listener, or leave out kafka.sasl",
  ],
  [
    /SASL .* not supported by the server|UNSUPPORTED_SASL_MECHANISM/,
    ({ sasl }) =>
      `the broker does not take ${sasl?.mechanism}: choose another kafka.sasl.mechanism, or enable it there`,
  ],
  [
    /SASL|SCRAM/i,
    ({ sasl }) =>
      sasl?.mechanism === "oauthbearer"
        ? "the broker refused the token: see kafka.sasl.token"
        : `the broker refused the user ${sasl?.username ?? ""} or the password (${sasl?.mechanism}): see kafka.sasl`,
  ],
  [
    /(TOPIC|GROUP|CLUSTER|TRANSACTIONAL_ID)_AUTHORIZATION_FAILED/,
    (_, causes) =>
      `not allowed to (${/\w+_AUTHORIZATION_FAILED/.exec(causes)?.[0]}): an access rule for this user is missing on the broker`,
  ],
];

const FIRST: readonly Line[] = [
  [/CERT_HAS_EXPIRED/, () => "the broker's certificate has expired: renew it there"],
  [/CERT_NOT_YET_VALID/, () => "the broker's certificate is not valid yet: see the clocks of both machines"],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_SIGNATURE_FAILURE/,
    ({ tls }) =>
      `the broker's certificate is from another authority than ${tls === true || tls?.ca === undefined ? "those this system knows: name its CA" : "the given CA: name the right one"} in kafka.tls.ca`,
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID/,
    (_, causes) =>
      `the broker's certificate is for another name (${/altnames: (.*?)[:. ]*$/m.exec(causes)?.[1] ?? ""}): use the name that it has, or set kafka.tls.servername`,
  ],
  [
    /PEM|ERR_OSSL|ERR_CRYPTO|DECODER|key values mismatch/,
    () => "a file of kafka.tls cannot be used: PEM is expected, and the key must belong to the certificate",
  ],
  [
    /EPROTO|ERR_SSL|SSL routines|before secure TLS connection/,
    (_, causes) =>
      /alert/.test(causes)
        ? `the broker refused the TLS connection (${/alert [a-z ]+/.exec(causes)?.[0]}): it may want a certificate (kafka.tls.cert and key)`
        : "there is no TLS at this port: name the port of the broker's TLS listener, or leave out kafka.tls",
  ],
  [/ECONNREFUSED/, () => "nobody answers there: is the broker running, and is this its port?"],
  [/ENOTFOUND|EAI_AGAIN/, () => "there is no host of this name: see kafka.brokers"],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|Connection timeout/,
    () => "there is no way to it: see the network and its firewalls",
  ],
  [
    /timed out|Broker not connected/,
    () => "what answers there takes connections and says nothing: does the broker hang, or is it none?",
  ],
  [
    new RegExp(`${HUNG_UP}|No brokers|offset|out of range|out of bounds|Invalid`),
    ({ tls, sasl }) =>
      sasl?.mechanism === "oauthbearer"
        ? "the broker hung up: it refused the token (kafka.sasl.token), or it is no broker"
        : `what answers there does not talk Kafka${tls ? "" : " without TLS"}${sasl ? "" : " with us, or wants a login (kafka.sasl)"}, or is only starting or stopping: see the port, and kafka.tls`,
  ],
];
