import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { readConfig, readRules } from "../../cli/config.ts";
import { UserError } from "../../model/user-error.ts";
import { emptyFolder } from "../cli/run.ts";

let folder: string;
beforeAll(async () => {
  folder = await emptyFolder();
  await writeFile(join(folder, "empty"), "\n");
  await writeFile(join(folder, "notes"), "no certificate");
  process.env.ROOTCAUSE_TEST_EMPTY = "";
});

async function read(text: string) {
  const file = join(folder, "rootcause.yml");
  await writeFile(file, text);
  return readConfig(file);
}

const KAFKA = "kafka:\n  brokers: [b:9092]\n";

test.for([
  ["roots:\n  mustStayOff:\n    - abc\n", /:3: roots\.mustStayOff\.0: "ABC" is no SHA-1 thumbprint/],
  [
    "rules:\n  expand:\n    own_roots: []\n",
    /:3: rules\.expand\.own_roots: this list is in roots: roots\.mustStayOff or roots\.own$/,
  ],
  ["rules: { expand: { a: b } }\n", /:1: rules\.expand\.a: a list, like \[one, two\], is expected here$/],
  ["\nroots:\n  mustStayOf: []\n", /:3: roots\.mustStayOf: there is no such key; did you mean mustStayOff\?$/],
  ["roots: [1\n", /:\d: /],
  ["just words\n", /:1: the file: keys like roots: and kafka: are expected/],
  ["a: *b\n", /:1: Unresolved alias/],
  ["store: a\n---\nstore: b\n", /:2: Source contains multiple documents/],
  ["store: a\nstore: b\n", /:2: store: stands here again, and in line 1 already$/],
  [`${KAFKA}  group: a\nlog: {}\nkafka: {}\n`, /:5: kafka: stands here again, and in line 1 already$/],
  ["log: {}\nkafak:\n  brokers: [b:9092]\n", /:2: kafak: there is no such key; did you mean kafka\?$/],
  ["output: x\n", /:1: output: there is no such key; here are: roots, rules, store/],
  ["\nkafka:\n  group: a\n", /:2: kafka\.brokers: is missing$/],
  ["kafka:\n", /:1: kafka: has no value: give one, or take the line out$/],
  ["kafka:\n  brokers: []\n", /:2: kafka\.brokers: name at least one broker/],
  ["kafka:\n  brokers: b:9092\n", /:2: kafka\.brokers: a list, like \[one, two\], is expected here$/],
  ["kafka:\n  brokers:\n    - b:9092\n    - c\n", /:4: kafka\.brokers\.1: "c" is no address: write a host and a port/],
  ["kafka:\n  brokers: [b:99999]\n", /"b:99999" is no address/],
  [`${KAFKA}  clientId: 7\n`, /:3: kafka\.clientId: text is expected: write "7" in quotes$/],
  [`${KAFKA}  partitions: 0\n`, /:3: kafka\.partitions: /],
  [
    `${KAFKA}  topics:\n    events: [x]\n    detections: x\n`,
    /:3: kafka\.topics: each topic must have a name of its own/,
  ],
  [`${KAFKA}  topics:\n    events: [a b]\n`, /:4: kafka\.topics\.events\.0: a topic's name has/],
  [`${KAFKA}  tls: yes please\n`, /:3: kafka\.tls: write true, or a block/],
  [`${KAFKA}  tls:\n    cert: notes\n    key: notes\n`, /:4: kafka\.tls\.cert: .*notes is no PEM file/],
  [`${KAFKA}  tls:\n    ca: none.pem\n`, /:4: kafka\.tls\.ca: cannot read .*none\.pem \(ENOENT/],
  [`${KAFKA}  sasl:\n    mechanism: gssapi\n`, /:4: kafka\.sasl\.mechanism: must be one of plain, scram-sha-256/],
  [`${KAFKA}  sasl:\n    mechanism: plain\n    username: u\n`, /:3: kafka\.sasl\.password: is missing$/],
  [
    `${KAFKA}  sasl:\n    mechanism: plain\n    username: u\n    password: hunter2\n`,
    /:6: kafka\.sasl\.password: a secret does not stand here itself: say where it is, \{env: /,
  ],
  ["clickhouse:\n  url: http://c:8123\n  password: {}\n", /:3: clickhouse\.password: give one of env and file$/],
  ["clickhouse:\n  url: http://c:8123\n  password: {evn: A}\n", /:3: clickhouse\.password\.evn: .*did you mean env\?$/],
  [
    "clickhouse:\n  url: http://c:8123\n  password: {env: ROOTCAUSE_TEST_NOT_SET}\n",
    /:3: clickhouse\.password: the environment variable ROOTCAUSE_TEST_NOT_SET is not set$/,
  ],
  [
    "clickhouse:\n  url: http://c\n  password: {env: ROOTCAUSE_TEST_EMPTY}\n",
    /the variable ROOTCAUSE_TEST_EMPTY is empty$/,
  ],
  ["clickhouse:\n  url: http://c\n  password: {file: empty}\n", /:3: clickhouse\.password: .*empty is empty$/],
  ["clickhouse:\n  url: http://c\n  password: {file: none}\n", /:3: clickhouse\.password: cannot read .*none \(ENOENT/],
  ["clickhouse:\n  url: ftp://c\n", /:2: clickhouse\.url: an address that begins with http/],
  ["clickhouse:\n  url: http://c/foo\n", /:2: clickhouse\.url: the server alone is expected/],
  ["clickhouse:\n  url: http://c:8123/?password=x\n", /:2: clickhouse\.url: the server alone is expected[^?]*$/],
  ["http:\n  listen: true\n", /:2: http\.listen: an address like 127\.0\.0\.1:9464 is expected$/],
  ["clickhouse:\n  url: http://c\n  ca: notes\n", /:3: clickhouse\.ca: /],
  ["clickhouse:\n  url: https://u:hunter2@c\n", /:2: clickhouse\.url: take the name and the password out/],
  ["alerts:\n  webhooks:\n    - url: https://hunter2@c/x\n", /:3: alerts\.webhooks\.0\.url: take the name and the/],
  ["store: a\nclickhouse:\n  url: http://c\n", /:1: store: there is a clickhouse: section too/],
  ["rules:\n  builtin: false\n", /:1: rules: builtin: false leaves no rules/],
  ["events:\n  format: beats\n", /:2: events\.format: must be one of auto, winlogbeat, /],
  ["ingest:\n  interval: 2\n", /:2: ingest\.interval: "2" is no length of time: write a number and ms, s, m/],
  ["http:\n  listen: 94640\n", /:2: http\.listen: "94640" is no address to listen on/],
  ["stages: [ingest]\n", /:1: stages: ingest has nothing to read/],
  ["stages: []\n", /:1: stages: name at least one stage/],
  ["log:\n  level: loud\n", /:2: log\.level: must be one of debug, info, warn, error$/],
] as const)("%j", async ([text, message], { expect }) => {
  const error: unknown = await read(text).catch((refusal) => refusal);
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toMatch(message);
  expect(String(error)).not.toContain("hunter2");
  for (const line of error instanceof UserError ? error.lines : []) expect(line).toMatch(/^\S+rootcause\.yml:\d+: .+$/);
});

test("all mistakes are said, a line each, in their order", async () => {
  const text = `storre: a
kafka:
  broker: [b:9092]
  groop: a
  group: 7
  clientId: ä
clickhouse:
  url: http://c
  pasword: {}
log: { level: loud, level: info }
log: {}
`;
  const error: unknown = await read(text).catch((refusal) => refusal);
  const lines = error instanceof UserError ? error.lines : [];
  expect(lines.map((line) => line.slice(join(folder, "rootcause.yml").length))).toEqual([
    ":1: storre: there is no such key; did you mean store?",
    ":3: kafka.broker: there is no such key; did you mean brokers?",
    ":4: kafka.groop: there is no such key; did you mean group?",
    ':5: kafka.group: text is expected: write "7" in quotes',
    ":6: kafka.clientId: letters, digits, dot, _ and - are expected",
    ":9: clickhouse.pasword: there is no such key; did you mean password?",
    ":10: log.level: stands here again, and in line 10 already",
    ":11: log: stands here again, and in line 10 already",
  ]);
});

test("a scan connects to nothing, and so needs no secrets; but mistakes are named", async () => {
  const file = join(folder, "scan.yml");
  const text = `roots: { own: [${"AB".repeat(20)}] }\nclickhouse: { url: "https://c", password: { env: NONE }, ca: none }\n`;
  await writeFile(file, text);
  expect(await readRules(file)).toMatchObject({ mustStayOff: [], ownRoots: ["AB".repeat(20)] });
  await writeFile(file, `${text}kafka: { broker: [] }\n`);
  await expect(readRules(file)).rejects.toThrow(/:3: kafka\.broker: there is no such key; did you mean brokers\?/);
});

test("a configuration that was named must be there", async () => {
  await expect(readConfig(join(folder, "none"))).rejects.toThrow(/^Cannot read the configuration .*none \(ENOENT/);
});

test("whatever stands in the file, it is read or refused", async () => {
  const key = fc.constantFrom("roots", "kafka", "brokers", "tls", "sasl", "log", "topics", "events", "clickhouse", "x");
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 7, "", "b:9092", "http://c", "plain"),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(key, tie("node"), { maxKeys: 4 }),
    ),
  })).node;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        tree.map((value) => JSON.stringify(value)),
        fc.string({ unit: "binary" }),
      ),
      async (text) => {
        const error: unknown = await read(text).catch((refusal) => refusal);
        if (error instanceof Error) expect(error).toBeInstanceOf(UserError);
      },
    ),
    { numRuns: 200 },
  );
});
