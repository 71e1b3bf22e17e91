import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serveNewStore } from "./served.ts";

let served: Served;
beforeAll(async () => {
  served = await serveNewStore([
    { name: "default", password: "sesame", isReadOnly: false },
    { name: "readonly", password: "look", isReadOnly: true },
  ]);
});
afterAll(() => served.close());

test("@clickhouse/client over HTTP: ping, commands, inserts, parameters, streams, compression, errors", async () => {
  const client = createClient({
    url: served.url,
    password: "sesame",
    database: "rootcause",
    compression: { request: true, response: true },
    log: { level: ClickHouseLogLevel.OFF },
  });
  expect(await client.ping()).toEqual({ success: true });
  expect(await client.ping({ select: true })).toEqual({ success: true });
  await client.command({ query: "CREATE TABLE js (id UInt64, name String) ENGINE = MergeTree ORDER BY id" });
  const names = ["", "it's", "tab\tand\nline", "\\", "日本", '{"a":"b"}'];
  const values = names.map((name, id) => ({ id: String(id), name }));
  const { executed, summary } = await client.insert({ table: "js", values, format: "JSONEachRow" });
  expect([executed, summary?.written_rows]).toEqual([true, "6"]);
  const all = await client.query({ query: "SELECT id, name FROM js ORDER BY id", format: "JSONEachRow" });
  expect(await all.json()).toEqual(values.map(({ id, name }) => ({ id: Number(id), name })));
  const whole = await client.query({ query: "SELECT count() AS n FROM js", format: "JSON" });
  expect((await whole.json<{ n: number }>()).data).toEqual([{ n: 6 }]);
  for (const name of names) {
    const one = await client.query({
      query: "SELECT id FROM js WHERE name = {name:String} AND id IN {ids:Array(UInt64)}",
      query_params: { name, ids: [0, 1, 2, 3, 4, 5] },
      format: "JSONEachRow",
    });
    expect(await one.json()).toEqual([{ id: names.indexOf(name) }]);
  }
  const many = await client.query({ query: "SELECT number FROM numbers(200000)", format: "JSONCompactEachRow" });
  let rows = 0;
  for await (const batch of many.stream()) rows += batch.length;
  expect(rows).toBe(200_000);
  await expect(client.query({ query: "SELECT * FROM no_such" })).rejects.toMatchObject({
    code: "60",
    type: "UNKNOWN_TABLE",
  });
  await client.close();
});

test("@clickhouse/client as a reader: its settings are taken, its writes are not", async () => {
  const client = createClient({
    url: served.url,
    username: "readonly",
    password: "look",
    database: "rootcause",
    compression: { response: true },
    clickhouse_settings: { max_threads: 1 },
    log: { level: ClickHouseLogLevel.OFF },
  });
  const read = await client.query({ query: "SELECT count() AS n FROM events", format: "JSONEachRow" });
  expect(await read.json()).toEqual([{ n: 0 }]);
  await expect(client.command({ query: "DROP TABLE events" })).rejects.toMatchObject({ type: "READONLY" });
  await client.close();
});

test("@clickhouse/client is told why an answer that fails midway broke off", async () => {
  const client = createClient({ url: served.url, password: "sesame", log: { level: ClickHouseLogLevel.OFF } });
  const query = "SELECT throwIf(number = 300000, 'too far') FROM numbers(400000) SETTINGS max_block_size = 1000";
  const failing = await client.query({ query, format: "JSONEachRow" });
  const reading = async () => {
    for await (const _ of failing.stream());
  };
  await expect(reading()).rejects.toMatchObject({ code: "395", message: expect.stringMatching(/^too far/) });
  await client.close();
});

const python = process.env.ROOTCAUSE_PYTHON;
const hasClient = python !== undefined && spawnSync(python, ["-c", "import clickhouse_connect"]).status === 0;
if (!hasClient)
  console.warn(
    "SKIPPED: clickhouse-connect against the store; set ROOTCAUSE_PYTHON to a Python that has it (as .ci/run does).",
  );

test.skipIf(!hasClient)(
  "clickhouse-connect of Python: all that it does by itself, and compressed each way",
  async () => {
    const { port } = new URL(served.url);
    const script = join(import.meta.dirname, "clickhouse-connect.py");
    const { stdout } = await promisify(execFile)(python ?? "", [script, port, "sesame"]);
    expect(stdout).toBe("ok\n");
  },
  120_000,
);
