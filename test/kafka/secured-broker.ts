import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Broker, startBroker } from "./broker.ts";
import { Authority } from "./certificates.ts";

/** A broker that wants TLS and a login. */
export interface SecuredBroker extends AsyncDisposable {
  /**
   * Its listeners: PLAIN (no TLS, no login), BARE (a login without TLS), SECURED (TLS and each kind of login), EXPIRED and OTHERNAME
   * (the same with bad certificates), MUTUAL (a certificate instead of a login).
   */
  readonly addresses: Broker["addresses"];
  /** PEM of the right authority and of a wrong one. */
  readonly ca: string;
  readonly wrongCa: string;
  readonly client: { readonly cert: string; readonly key: string };
}

/** Its only user; of PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
export const USER = { username: "alice", password: "wonderland" };

export async function startSecuredBroker(): Promise<SecuredBroker> {
  const folder = mkdtempSync(join(tmpdir(), "rootcause-certificates-"));
  const ca = await Authority.create(folder, "ca");
  const wrong = await Authority.create(folder, "wrong");
  const server = await ca.issue("server");
  const expired = await ca.issue("expired", { days: -1 });
  const otherName = await ca.issue("other", { san: "DNS:kafka.example" });
  const client = await ca.issue("client");
  const broker = await startBroker({
    listeners: {
      PLAIN: "PLAINTEXT",
      BARE: "SASL_PLAINTEXT",
      SECURED: "SASL_SSL",
      EXPIRED: "SASL_SSL",
      OTHERNAME: "SASL_SSL",
      MUTUAL: "SSL",
    },
    properties: {
      "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
      "ssl.keystore.type": "PEM",
      "ssl.keystore.location": server.file,
      "listener.name.expired.ssl.keystore.location": expired.file,
      "listener.name.othername.ssl.keystore.location": otherName.file,
      "listener.name.mutual.ssl.truststore.type": "PEM",
      "listener.name.mutual.ssl.truststore.location": ca.file,
      "listener.name.mutual.ssl.client.auth": "required",
      ...loginsOf("bare"),
      ...loginsOf("secured"),
      ...loginsOf("expired"),
      ...loginsOf("othername"),
    },
    format: ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
      "--add-scram",
      `${mechanism}=[name=${USER.username},password=${USER.password}]`,
    ]),
  });
  return {
    addresses: broker.addresses,
    ca: ca.pem,
    wrongCa: wrong.pem,
    client,
    [Symbol.asyncDispose]: async () => {
      await broker[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

function loginsOf(listener: string): Record<string, string> {
  const modules = "org.apache.kafka.common.security";
  const scram = `${modules}.scram.ScramLoginModule required;`;
  return {
    [`listener.name.${listener}.plain.sasl.jaas.config`]: `${modules}.plain.PlainLoginModule required user_${USER.username}="${USER.password}";`,
    [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]: scram,
    [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: scram,
    // Takes any unsigned token: for tests.
    [`listener.name.${listener}.oauthbearer.sasl.jaas.config`]: `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
  };
}

/** A token as the broker takes it. */
export function tokenOf(user: string, seconds = 600): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  return `${encode({ alg: "none" })}.${encode({ sub: user, iat: now, exp: now + seconds })}.`;
}
