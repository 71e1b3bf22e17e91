import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { readConfig } from "../../cli/config.ts";
import { parseThumbprints } from "../../cli/parse-options.ts";
import { configOf, newFolder } from "./folder.ts";

const THUMBPRINT = "2796BAE63F1801E277261BA0D77770028F20EEE4";
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

test("thumbprints are taken as people copy them", () => {
  const copied = "\u200e27 96 ba e6 3f 18 01 e2 77 26 1b a0 d7 77 70 02 8f 20 ee e4";
  const colons = THUMBPRINT.replace(/..(?=.)/g, "$&:");
  expect(parseThumbprints(`${copied},${colons}`, ["X"])).toEqual(["X", THUMBPRINT, THUMBPRINT]);
});

test("the configuration lists the operator's roots; an empty one lists none", async () => {
  const { config } = await configOf(
    `roots:\n  mustStayOff:\n    - "${THUMBPRINT.toLowerCase()}"\n  own: [${THUMBPRINT}]\n`,
  );
  expect(config).toMatchObject({ mustStayOff: [THUMBPRINT], ownRoots: [THUMBPRINT] });
  expect((await configOf("# nothing yet\n")).config).toMatchObject({ mustStayOff: [], ownRoots: [] });
});

test("the default file need not be there, and then all is as by default", async () => {
  expect(await readConfig(undefined)).toEqual({
    mustStayOff: [],
    ownRoots: [],
    rules: { paths: [], builtin: true, expand: new Map() },
    clickhouse: { folder: "rootcause-data" },
    kafka: undefined,
    events: { store: true, format: undefined },
    ingest: { paths: [], state: "rootcause-state", interval: 2000 },
    correlate: { lateness: 21_600_000 },
    alerts: { minimum: "medium", webhooks: [] },
    http: { listen: { host: "127.0.0.1", port: 9464 } },
    stages: ["detect", "correlate", "alerts"],
    log: { level: "info", format: "auto" },
  });
});

test("of kafka only the brokers must be named", async () => {
  const { config } = await configOf("kafka:\n  brokers: [localhost:9092]\n");
  expect(config.kafka).toEqual({
    connection: { brokers: ["localhost:9092"], clientId: "rootcause" },
    group: "rootcause",
    topics: {
      events: ["rootcause.events"],
      detections: "rootcause.detections",
      incidents: "rootcause.incidents",
      deadletter: "rootcause.deadletter",
    },
    partitions: 6,
    replication: 1,
  });
});

const documented = [...(await readFile("docs/configuration.md", "utf8")).matchAll(/^```yaml\n(.+?)^```$/gms)].map(
  ([, text = ""]) => text,
);

test("the documented example says everything that can be said, and is read", async () => {
  const folder = await newFolder();
  await mkdir(join(folder, "tls"));
  await mkdir(join(folder, "secrets"));
  for (const name of ["tls/ca.pem", "tls/client.pem", "tls/client.key"]) await writeFile(join(folder, name), PEM);
  await writeFile(join(folder, "secrets/kafka"), "ironbark\n");
  vi.stubEnv("CLICKHOUSE_PASSWORD", "blackbutt");
  vi.stubEnv("ALERTS_TOKEN", "Bearer jarrah");
  await writeFile(join(folder, "rootcause.yml"), documented[0] ?? "");
  expect(await readConfig(join(folder, "rootcause.yml"))).toEqual({
    mustStayOff: [THUMBPRINT],
    ownRoots: ["A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436"],
    rules: {
      paths: [join(folder, "rules")],
      builtin: true,
      expand: new Map([["domain_controllers", ["DC1", "DC2.contoso.*"]]]),
    },
    clickhouse: {
      url: "https://clickhouse.example:8443",
      user: "rootcause",
      password: "blackbutt",
      database: "rootcause",
      ca: PEM,
    },
    kafka: {
      connection: {
        brokers: ["kafka-1.example:9093", "kafka-2.example:9093"],
        clientId: "rootcause",
        tls: { ca: PEM, cert: PEM, key: PEM, servername: "kafka.example" },
        sasl: { mechanism: "scram-sha-512", username: "rootcause", password: "ironbark" },
      },
      group: "rootcause",
      topics: {
        events: ["rootcause.events", "winlogbeat"],
        detections: "rootcause.detections",
        incidents: "rootcause.incidents",
        deadletter: "rootcause.deadletter",
      },
      partitions: 6,
      replication: 3,
    },
    events: { store: true, format: undefined },
    ingest: { paths: ["/var/log/forwarded"], state: join(folder, "rootcause-state"), interval: 2000 },
    correlate: { lateness: 21_600_000 },
    alerts: {
      minimum: "medium",
      webhooks: [{ url: "https://alerts.example/rootcause", authorization: "Bearer jarrah" }],
    },
    http: { listen: { host: "127.0.0.1", port: 9464 } },
    stages: ["ingest", "detect", "correlate", "alerts"],
    log: { level: "info", format: "auto" },
  });
});

test("the token of the documented example is read again each time, for tokens expire", async () => {
  const token = join(await newFolder(), "token");
  await writeFile(token, "first\n");
  const { config } = await configOf((documented[1] ?? "").replace("/run/secrets/kafka-token", token));
  const { sasl, tls } = config.kafka?.connection ?? {};
  if (sasl?.mechanism !== "oauthbearer") throw new Error("oauthbearer was asked for");
  expect([tls, await sasl.token()]).toEqual([true, "first"]);
  await writeFile(token, "second\n");
  expect(await sasl.token()).toBe("second");
});

test("paths are read from the folder of the file, and stages run in their order", async () => {
  const { folder, config } = await configOf(
    'store: ./kept\ningest:\n  paths: [logs, /srv/logs]\n  interval: 1m\nhttp:\n  listen: "[::1]:0"\nstages: [alerts, ingest]\n',
  );
  expect(config).toMatchObject({
    clickhouse: { folder: join(folder, "kept") },
    ingest: { paths: [join(folder, "logs"), "/srv/logs"], state: join(folder, "rootcause-state"), interval: 60_000 },
    http: { listen: { host: "::1", port: 0 } },
    stages: ["ingest", "alerts"],
  });
});
