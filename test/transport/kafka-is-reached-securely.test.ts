import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../../model/user-error.ts";
import { type KafkaOptions, type KafkaSasl, kafkaTransport } from "../../transport/kafka.ts";
import { rootcause } from "../cli/run.ts";
import { newFolder } from "../config/folder.ts";
import { canStartKafka, uniqueName } from "../kafka/for-tests.ts";
import { type SecuredBroker, startSecuredBroker, tokenOf, USER } from "../kafka/secured-broker.ts";
import { newTopic } from "../kafka/topic.ts";
import { Reader } from "./reader.ts";

const canStart = await canStartKafka();

describe.runIf(canStart)("a broker with TLS and logins", { timeout: 120_000, concurrent: true }, () => {
  let broker: SecuredBroker;
  beforeAll(async () => {
    broker = await startSecuredBroker();
  }, 180_000);
  afterAll(() => broker[Symbol.asyncDispose]());

  const plain: KafkaSasl = { mechanism: "plain", ...USER };
  const at = (listener: string, more: Partial<KafkaOptions> = {}): KafkaOptions => ({
    brokers: [broker.addresses[listener] ?? ""],
    clientId: "tests",
    tls: { ca: broker.ca },
    ...more,
  });

  /** The one line that a person is told. */
  async function refusal(options: KafkaOptions): Promise<string> {
    const error: unknown = await kafkaTransport(options).catch((error) => error);
    expect(error).toBeInstanceOf(UserError);
    const line = error instanceof UserError ? error.message : "";
    expect(line).not.toContain("\n");
    const name = `Kafka ${options.brokers[0]}: `;
    expect(line.slice(0, name.length)).toBe(name);
    return line.slice(name.length);
  }

  test.for<KafkaSasl>([
    plain,
    { mechanism: "scram-sha-256", ...USER },
    { mechanism: "scram-sha-512", ...USER },
    { mechanism: "oauthbearer", token: async () => tokenOf("alice") },
  ])("$mechanism over TLS lets messages through", async (sasl) => {
    await roundTrip(at("SECURED", { sasl }));
  });

  test("a certificate of one's own lets messages through", async () => {
    await roundTrip(at("MUTUAL", { tls: { ca: broker.ca, ...broker.client } }));
  });

  test.for<KafkaSasl>([
    { ...USER, mechanism: "plain", password: "wrong" },
    { ...USER, mechanism: "scram-sha-256", password: "wrong" },
    { ...USER, mechanism: "scram-sha-512", username: "mallory" },
  ])("$mechanism: a wrong name or password is one line", async (sasl) => {
    expect(await refusal(at("SECURED", { sasl }))).toMatch(
      /^the broker refused the user (alice|mallory) or the password \(.*\): see kafka\.sasl$/,
    );
  });

  test("a token that has run out is one line", async () => {
    const sasl: KafkaSasl = { mechanism: "oauthbearer", token: async () => tokenOf("alice", -60) };
    expect(await refusal(at("SECURED", { sasl }))).toContain("refused the token");
  });

  test.for<[name: string, options: () => KafkaOptions, line: RegExp]>([
    [
      "the wrong authority",
      () => at("SECURED", { tls: { ca: broker.wrongCa } }),
      /another authority than the given CA/,
    ],
    ["no authority given", () => at("SECURED", { tls: true, sasl: plain }), /another authority than those this system/],
    ["an expired certificate", () => at("EXPIRED", { sasl: plain }), /^the broker's certificate has expired: renew it/],
    [
      "a certificate for another name",
      () => at("OTHERNAME", { sasl: plain }),
      /for another name \(IP: 127\.0\.0\.1 is not in/,
    ],
    ["no certificate where one is wanted", () => at("MUTUAL"), /may want a certificate/],
    [
      "a key that is none",
      () => at("MUTUAL", { tls: { ca: broker.ca, cert: broker.client.cert, key: broker.client.cert } }),
      /PEM is expected/,
    ],
    ["a CA that is none", () => at("SECURED", { tls: { ca: "hello" } }), /PEM is expected|another authority/],
    ["TLS where there is none", () => at("PLAIN"), /^there is no TLS at this port/],
    ["nobody at the port", () => ({ ...at("PLAIN"), brokers: ["127.0.0.1:1"] }), /^nobody answers there/],
    ["no such host", () => ({ ...at("PLAIN"), brokers: ["nowhere.invalid:9092"] }), /^there is no host of this name/],
    [
      "a login where there are none",
      () => ({ brokers: [broker.addresses.PLAIN ?? ""], clientId: "tests", sasl: plain }),
      /^there are no logins at this port/,
    ],
    [
      "a login where certificates do",
      () => at("MUTUAL", { tls: { ca: broker.ca, ...broker.client }, sasl: { mechanism: "scram-sha-512", ...USER } }),
      /^there are no logins at this port/,
    ],
    ["no login", () => at("SECURED"), /wants a login/],
  ])("%s is one line", async ([, options, line]) => {
    expect(await refusal(options())).toMatch(line);
  });

  test("no TLS where it is wanted is one line", async () => {
    const { tls: _, ...options } = at("SECURED");
    expect(await refusal(options)).toMatch(/does not talk Kafka without TLS/);
  });

  test.for<[name: string, server: () => Server]>([
    ["a web server", () => createHttpServer((_, response) => response.end("hello"))],
    ["one that hangs up", () => createServer((socket) => socket.on("error", () => undefined).destroy())],
  ])("what is no broker is one line: %s", async ([, start]) => {
    const server = start();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    expect(await refusal({ brokers: [`127.0.0.1:${port}`], clientId: "tests" })).toMatch(/does not talk Kafka/);
    server.close();
  });

  test("config check warns of a password that goes without TLS", async () => {
    const folder = await newFolder();
    const login = `{ mechanism: plain, username: ${USER.username}, password: { file: password } }`;
    await writeFile(join(folder, "password"), USER.password);
    await writeFile(
      join(folder, "rootcause.yml"),
      `kafka: { brokers: ["${broker.addresses.BARE}"], sasl: ${login} }\nhttp: { listen: 127.0.0.1:0 }\n`,
    );
    const { out } = await rootcause(folder, "config", "check");
    expect(out).toMatch(/^✓ kafka .*without TLS, logged in by plain: whoever listens on the way can log in too$/m);
  });

  test("a name that the certificate has may stand for the address", async () => {
    await roundTrip(at("OTHERNAME", { sasl: plain, tls: { ca: broker.ca, servername: "kafka.example" } }));
  });
});

async function roundTrip(options: KafkaOptions): Promise<void> {
  const topic = await newTopic(options);
  const transport = await kafkaTransport(options);
  const reader = await new Reader().join(transport, uniqueName("group"), topic);
  await (await transport.publisher()).send(topic, [{ key: "k", value: Buffer.from("1") }]);
  await reader.has(1);
  await transport.close();
}
