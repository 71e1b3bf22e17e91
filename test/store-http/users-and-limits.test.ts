import { afterAll, beforeAll, expect, test } from "vitest";
import { serveStore } from "../../storage/http-server/serve-store.ts";
import type { EmbeddedStore } from "../../storage/store.ts";
import { ask, post, type Served, serveNewStore } from "./served.ts";

let served: Served;
let url: string;
beforeAll(async () => {
  served = await serveNewStore([
    { name: "default", password: "sesame: open", isReadOnly: false },
    { name: "readonly", password: "look", isReadOnly: true },
  ]);
  url = served.url;
});
afterAll(() => served.close());

const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString("base64")}` });
const owner = { "X-ClickHouse-User": "default", "X-ClickHouse-Key": "sesame: open" };
const reader = { "X-ClickHouse-User": "readonly", "X-ClickHouse-Key": "look" };

test("name and password come in headers, by basic authentication, or in the URL", async () => {
  expect((await post(url, "SELECT 1", {}, owner)).text).toBe("1\n");
  expect((await post(url, "SELECT 1", {}, basic("default:sesame: open"))).text).toBe("1\n");
  expect((await post(url, "SELECT 1", { user: "readonly", password: "look" })).text).toBe("1\n");
  expect((await fetch(`${url}/ping`)).status).toBe(200);
});

test.each([
  [{}, {}],
  [{}, { "X-ClickHouse-Key": "wrong" }],
  [{ user: "nobody", password: "look" }, {}],
  [{ user: "readonly", password: "sesame: open" }, {}],
  [{}, { Authorization: "Basic !" }],
  [{}, basic("readonly")],
])("anything else is refused: %j %j", async (parameters, headers) => {
  const answer = await post(url, "SELECT 1", parameters, headers);
  expect([answer.status, answer.headers.get("X-ClickHouse-Exception-Code")]).toEqual([403, "516"]);
  expect(answer.text).toMatch(
    /Authentication failed: password is incorrect, or there is no user with such name\. \(AUTH/,
  );
});

test.each([
  "INSERT INTO events FORMAT TSV\n",
  "INSERT INTO events SELECT * FROM events",
  "DROP TABLE events",
  "ALTER TABLE events DELETE WHERE 1",
  "CREATE TABLE x (a UInt8) ENGINE = Memory",
  "CREATE TEMPORARY TABLE x ENGINE = MergeTree ORDER BY number AS SELECT number FROM numbers(10)",
  "SET readonly = 0",
  "OPTIMIZE TABLE events",
  "SYSTEM STOP MERGES",
  "KILL QUERY WHERE 1",
])("a reader only reads: %s", async (sql) => {
  for (const parameters of [{}, { readonly: "0" }])
    expect((await post(url, sql, parameters, reader)).headers.get("X-ClickHouse-Exception-Code")).toBe("164");
  expect((await post(url, "SELECT count() FROM events", { max_threads: "1" }, reader)).text).toBe("0\n");
});

test("GET reads, whoever asks", async () => {
  const answer = await ask(url, { query: "DROP TABLE events" }, { headers: owner });
  expect(answer.headers.get("X-ClickHouse-Exception-Code")).toBe("164");
});

test.each([
  "max_execution_time = 0",
  "max_execution_time = 100000",
  "max_memory_usage = 0",
  "max_memory_usage = 1e15",
  "max_result_bytes = 1000000000000",
])("no one lifts the limits: %s", async (setting) => {
  const [name = "", value = ""] = setting.split(" = ");
  for (const headers of [owner, reader]) {
    expect((await post(url, `SELECT 1 SETTINGS ${setting}`, {}, headers)).status).not.toBe(200);
    expect((await post(url, "SELECT 1", { [name]: value }, headers)).status).not.toBe(200);
  }
});

test("an answer that is made whole first is bounded, also where a request says that it is not", async () => {
  const bounds = ["SETTINGS max_result_bytes = 1000 FORMAT JSON", "FORMAT JSON"];
  for (const end of bounds) {
    const answer = await post(
      url,
      `SELECT repeat('x', 1000) FROM numbers(10) ${end}`,
      { max_result_bytes: "1000" },
      owner,
    );
    expect(answer.headers.get("X-ClickHouse-Exception-Code")).toBe("396");
  }
  for (const parameters of [{}, { max_result_bytes: "0" }]) {
    const end = "SETTINGS max_result_bytes = 0 FORMAT JSON";
    expect((await post(url, `SELECT 1 ${end}`, parameters, owner)).headers.get("X-ClickHouse-Exception-Code")).toBe(
      "452",
    );
  }
});

test("without a password it does not listen for others, and does not answer web pages", async () => {
  const open = [{ name: "default", password: undefined, isReadOnly: false }];
  await expect(serveStore({ store: {} as EmbeddedStore, host: "0.0.0.0", port: 0, users: open })).rejects.toThrow(
    "Without a password the store is served to this machine only, and 0.0.0.0 is open to others: set ROOTCAUSE_STORE_PASSWORD, or listen on 127.0.0.1.",
  );
});
