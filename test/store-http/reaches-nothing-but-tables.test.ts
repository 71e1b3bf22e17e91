import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, post, type Served, serveNewStore } from "./served.ts";

let served: Served;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootcause-secret-"));
  await writeFile(join(folder, "secret.tsv"), "the secret\n");
  served = await serveNewStore();
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true });
});

test.each([
  "SELECT * FROM file('FOLDER/secret.tsv', 'TSV', 'a String')",
  "SELECT file('FOLDER/secret.tsv')",
  "SELECT FILE /* a comment */ ('FOLDER/secret.tsv')",
  "SELECT `f\\x69le`('FOLDER/secret.tsv')",
  "SELECT \"file\" -- a comment\n('FOLDER/secret.tsv')",
  "SELECT file\u200b('FOLDER/secret.tsv')",
  "SELECT file\u0085\u2060(\u180e'FOLDER/secret.tsv')",
  "SELECT 1 INTO\u200dOUTFILE\u200c'FOLDER/written'",
  "INSERT INTO alerts FROM\u200bINFILE\u200b'FOLDER/secret.tsv' FORMAT TSV",
  "\u200bCREATE TABLE x (k UInt8) ENGINE\u200b=\u0085EmbeddedRocksDB(0, 'FOLDER/written') PRIMARY KEY k",
  "SELECT “file”('FOLDER/secret.tsv')",
  "SELECT file // a comment\n('FOLDER/secret.tsv')",
  "CREATE TABLE x (k UInt8) COMMENT ‘(’ ENGINE = “EmbeddedRocksDB”(0, 'FOLDER/written') PRIMARY KEY k",
  "CREATE TABLE x (k UInt8) // '\n ENGINE = EmbeddedRocksDB(0, 'FOLDER/written') PRIMARY KEY k",
  "CREATE TABLE x (k UInt8) /* /* */ ' */ ENGINE = EmbeddedRocksDB(0, 'FOLDER/written') PRIMARY KEY k",
  "INSERT INTO alerts (target) SELECT $x$ /* $x$ PARALLEL WITH CREATE TABLE x (k UInt8) ENGINE = KeeperMap('/x') PRIMARY KEY k",
  "CREATE FUNCTION look AS (x) -> file(x)",
  "SELECT * FROM default.`FOLDER/secret.tsv`",
  "SELECT * FROM 'FOLDER/secret.tsv'",
  "CREATE TABLE x (a String) ENGINE = File(TSV, 'FOLDER/secret.tsv')",
  "CREATE DATABASE x ENGINE = Filesystem('FOLDER')",
  "CREATE DICTIONARY x (a String) PRIMARY KEY a SOURCE(FILE(path 'FOLDER/secret.tsv' format 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
  "CREATE TABLE x (a String) ENGINE = MergeTree ORDER BY a; INSERT INTO x FROM INFILE 'FOLDER/secret.tsv' FORMAT TSV",
  "INSERT INTO alerts FROM/**/INFILE/**/'FOLDER/secret.tsv' FORMAT TSV",
  "SELECT 1 FORMAT Template SETTINGS format_template_row = 'FOLDER/secret.tsv'",
  "SELECT 1 INTO OUTFILE 'FOLDER/written'",
  "SELECT 1 INTO/**/OUTFILE/**/'FOLDER/written'",
  "INSERT INTO FUNCTION file('FOLDER/written', 'TSV', 'a String') VALUES ('x')",
  "BACKUP TABLE events TO File('FOLDER/written')",
  "SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')",
  "SELECT * FROM remote('127.0.0.1:1', 'system', 'one')",
  "SELECT * FROM executable('cat', 'TSV', 'a String')",
  "SELECT * FROM sqlite('FOLDER/written', 'x')",
  "CREATE DATABASE x ENGINE = SQLite('FOLDER/written')",
  "CREATE USER x",
  "CREATE TABLE x (k UInt8) ENGINE = EmbeddedRocksDB(0, 'FOLDER/written') PRIMARY KEY k",
  "CREATE TEMPORARY TABLE x (k UInt8) ENGINE EmbeddedRocksDB(0, 'FOLDER/written') PRIMARY KEY k",
  "CREATE TABLE select (k UInt8) COMMENT '(' ENGINE = /* ( */ `EmbeddedRocksDB`(0, 'FOLDER/written') PRIMARY KEY k",
  "CREATE TABLE x (k UInt8) ENGINE = \"Embedded\\x52ocksDB\"(0, 'FOLDER/written') PRIMARY KEY k",
  "CREATE TABLE x (k UInt8) COMMENT $a$ ( $a$ ENGINE = EmbeddedRocksDB(0, 'FOLDER/written') PRIMARY KEY k",
  "CREATE TABLE x (k UInt8) ENGINE = {e:Identifier}(0, 'FOLDER/written') PRIMARY KEY k",
  "CREATE OR REPLACE TABLE x ENGINE = QueryRunner",
  "REPLACE TABLE x (k UInt8) ENGINE = KeeperMap('/x') PRIMARY KEY k",
  "CREATE MATERIALIZED VIEW x ENGINE = EmbeddedRocksDB(0, 'FOLDER/written') PRIMARY KEY k AS SELECT 1 AS k",
  "CREATE TABLE x (k UInt8) ENGINE = MergeTree ORDER BY k SETTINGS disk = disk(type = local_blob_storage, path = 'FOLDER/written')",
  "CREATE TABLE x (k UInt8) ENGINE = MergeTree ORDER BY k SETTINGS disk = `disk` /**/ (type = web, endpoint = 'http://127.0.0.1:1/')",
  "CREATE TABLE x (k UInt8) ENGINE = MergeTree ORDER BY k SETTINGS disk = 'default'",
  "ALTER TABLE alerts MODIFY SETTING disk = disk(type = local_blob_storage, path = 'FOLDER/written')",
  "CREATE DATABASE x ENGINE = Atomic SETTINGS disk = disk(type = local_blob_storage, path = 'FOLDER/written')",
  "ATTACH TABLE x FROM 'FOLDER' (k UInt8) ENGINE = MergeTree ORDER BY k",
  "DROP TABLE IF EXISTS y PARALLEL /**/ WITH CREATE TABLE x (k UInt8) ENGINE = EmbeddedRocksDB(0, 'FOLDER/written') PRIMARY KEY k",
  "ATTACH DATABASE x ENGINE = Backup('y', File('FOLDER/written'))",
])("refused: %s", async (sql) => {
  const answer = await post(served.url, sql.replace("FOLDER", folder), { wait_end_of_query: "1" });
  expect(answer.text).toMatch(/^Code: (?:1|60|62|81|344|452|497)\./);
  expect(answer.text).not.toContain("the secret");
  expect(existsSync(join(folder, "written"))).toBe(false);
});

test("words that only look like it are let through", async () => {
  const { url } = served;
  expect((await post(url, "SELECT 'profile (1)' AS `outfile_name`")).text).toBe("profile (1)\n");
  expect((await post(url, "CREATE TABLE fitting (engine String, k UInt8) ENGINE MergeTree ORDER BY k")).text).toBe("");
  expect((await post(url, "CREATE VIEW engines AS SELECT name, engine FROM system.tables")).text).toBe("");
  expect(
    (await post(url, "CREATE TABLE copied ENGINE = `Memory` AS SELECT engine, 'engine = x' FROM fitting")).text,
  ).toBe("");
  const rows = "INSERT INTO alerts (target) FORMAT TSV\nfile('x') INTO OUTFILE 'y'\n";
  expect((await post(url, rows)).status).toBe(200);
});

test("web pages and names that lead here from elsewhere are not answered where no password is asked for", async () => {
  const { url } = served;
  for (const headers of [
    { Origin: "https://elsewhere.example" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ])
    expect((await post(url, "SELECT 1", {}, headers)).status).toBe(403);
  expect((await ask(url, { query: "SELECT 1" })).status).toBe(200);
});
