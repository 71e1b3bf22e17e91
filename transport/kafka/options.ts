/** How the brokers are reached. Certificates and keys are PEM texts. */
export interface KafkaOptions {
  /** host:port of some brokers of the cluster; the others are learnt from them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** `true`: TLS with the authorities that this system knows. */
  readonly tls?:
    | true
    | { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string };
  readonly sasl?: KafkaSasl;
  readonly log?: Log;
}

export type KafkaSasl =
  | {
      readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
      readonly username: string;
      readonly password: string;
    }
  /** The token is asked for at each new connection. */
  | { readonly mechanism: "oauthbearer"; readonly token: () => Promise<string> };

/** What the transport tells about its work with the brokers; an outage is told once when it begins and once when it is over. */
export type Log = (level: "debug" | "info" | "warn" | "error", message: string) => void;
