import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, post, type Served, serveNewStore } from "./served.ts";

let served: Served;
let url: string;
beforeAll(async () => {
  served = await serveNewStore();
  url = served.url;
  await post(url, "CREATE TABLE t (a UInt32, b String) ENGINE = MergeTree ORDER BY a");
});
afterAll(() => served.close());

async function emptied(): Promise<void> {
  await post(url, "TRUNCATE TABLE t");
}

test("/ping and / say Ok, other paths are not there", async () => {
  for (const path of ["/ping", "/"]) expect(await (await fetch(url + path)).text()).toBe("Ok.\n");
  expect((await fetch(`${url}/ping`, { method: "HEAD" })).status).toBe(200);
  const nothing = await fetch(`${url}/nothing`);
  expect([nothing.status, await nothing.text()]).toEqual([404, expect.stringContaining("There is no handle /nothing")]);
  expect((await fetch(url, { method: "PUT", body: "SELECT 1" })).status).toBe(405);
});

test("a statement comes in the URL, in the body, or half in each", async () => {
  expect((await ask(url, { query: "SELECT 1" })).text).toBe("1\n");
  expect((await post(url, "SELECT 2")).text).toBe("2\n");
  expect((await post(url, ", 4", { query: "SELECT 3" })).text).toBe("3\t4\n");
  expect((await post(url, " ")).text).toBe("Code: 62. DB::Exception: Empty query (SYNTAX_ERROR)\n");
  expect((await ask(url, { query: "SELECT 1" }, { method: "HEAD" })).bytes.length).toBe(0);
});

test("parameters are bound by the engine, each request's its own", async () => {
  const all = Array.from({ length: 20 }, (_, index) => `it's ${index} "\\\\n" --`);
  const answers = await Promise.all(
    all.map((value) => ask(url, { query: "SELECT hex({v:String})", param_v: value.replaceAll("\\", "\\\\") })),
  );
  expect(answers.map(({ text }) => Buffer.from(text.trim(), "hex").toString())).toEqual(all);
  expect((await ask(url, { query: "SELECT {v:String}" })).text).toMatch(/^Code: 456\./);
});

test("settings of the URL hold for their request only", async () => {
  const ofThis = await Promise.all(
    [1, 2, 3].map((n) => post(url, "SELECT getSetting('max_threads')", { max_threads: `${n}` })),
  );
  expect(ofThis.map(({ text }) => text)).toEqual(["1\n", "2\n", "3\n"]);
  expect((await post(url, "SELECT 1", { no_such_setting: "1" })).status).toBe(404);
});

test("`database` names the database, rootcause unless given; a session is taken and not kept", async () => {
  expect((await post(url, "SELECT currentDatabase()")).text).toBe("rootcause\n");
  expect((await post(url, "SELECT currentDatabase()", { database: "system" })).text).toBe("system\n");
  expect((await post(url, "SELECT 1", { database: "no_such" })).headers.get("X-ClickHouse-Exception-Code")).toBe("81");
  expect((await post(url, "SELECT 1", { session_id: "s", session_timeout: "60" })).text).toBe("1\n");
});

test("the format is the FORMAT clause's, else default_format, else the header's, else TabSeparated", async () => {
  const asked = async (sql: string, parameters = {}, headers = {}) => {
    const { headers: given } = await post(url, sql, parameters, headers);
    return [given.get("X-ClickHouse-Format"), given.get("Content-Type")];
  };
  const header = { "X-ClickHouse-Format": "CSV" };
  expect(await asked("SELECT 1")).toEqual(["TabSeparated", "text/tab-separated-values; charset=UTF-8"]);
  expect(await asked("SELECT 1", {}, header)).toEqual(["CSV", "text/csv; charset=UTF-8; header=absent"]);
  expect(await asked("SELECT 1", { default_format: "JSON" }, header)).toEqual([
    "JSON",
    "application/json; charset=UTF-8",
  ]);
  expect(await asked("SELECT 1 FORMAT Native -- and no more", { default_format: "JSON" })).toEqual([
    "Native",
    "application/octet-stream",
  ]);
  expect(await asked("SHOW TABLES")).toEqual(["TabSeparated", "text/tab-separated-values; charset=UTF-8"]);
  expect(await asked("SYSTEM FLUSH LOGS")).toEqual([null, null]);
});

// Two rows, (1, "a") and (2, the byte ff), in each format.
test.each([
  ["RowBinary", "01000000 01 61 02000000 01 ff"],
  ["Native", "02 02 01 61 06 55496e743332 01000000 02000000 01 62 06 537472696e67 01 61 01 ff"],
  ["TabSeparated", "31 09 61 0a 32 09 ff 0a"],
  ["JSONCompactEachRow", "5b312c202261225d0a 5b322c2022ff225d0a"],
])("%s goes in and comes out as the engine's own bytes", async (format, hex) => {
  await emptied();
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const into = { query: `INSERT INTO t (a, b) SETTINGS async_insert = 0 FORMAT ${format}` };
  const inserted = await ask(url, into, { method: "POST", body: bytes });
  expect([inserted.status, inserted.text]).toEqual([200, ""]);
  for (const wait of ["0", "1"]) {
    const out = await post(url, `SELECT a, b FROM t ORDER BY a FORMAT ${format}`, { wait_end_of_query: wait });
    expect(out.bytes.toString("hex")).toBe(bytes.toString("hex"));
  }
});

// What a block says of itself to clients that name their version of the protocol, as Go's do: 8 bytes, and from 54454 on one byte a column.
test.each([
  "1, 'a', toFixedString('ab', 3), true, NULL, toNullable(1.5), toBFloat16(1)",
  "toInt128(1), toUInt256(1), toDecimal64(1, 3), toDecimal256(1, 3), toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0'), toIPv6('::1')",
  "toDate('2026-03-02'), toDate32('2026-03-02'), toDateTime(1, 'UTC'), toDateTime64(1, 7, 'UTC'), toIntervalDay(1)",
  "[], [[1, 2], []], ['a', NULL], (1, 'a'), tuple(), map('k', [1])",
  "toLowCardinality('a'), toLowCardinality(toNullable('a')), map('a', toLowCardinality('b')), [toLowCardinality('c')]",
  "CAST('x', 'Enum8(\\'x\\' = 1, \\'y, (\\' = 2)'), CAST((1, 'a'), 'Tuple(n UInt8, `a b` String)'), CAST([], 'Array(Map(String, LowCardinality(String)))')",
])("Native is given in the form of a newer protocol to those who ask for it: %s", async (columns) => {
  const sql = `SELECT ${columns} FROM numbers(3) FORMAT Native`;
  const plain = await post(url, sql, { wait_end_of_query: "1" });
  const info = Buffer.from("010002ffffffff00", "hex");
  expect((await post(url, sql, { client_protocol_version: "54405" })).bytes).toEqual(
    Buffer.concat([info, plain.bytes]),
  );
  const newer = await post(url, sql, { client_protocol_version: "54460" });
  expect(newer.bytes.length).toBe(info.length + plain.bytes.length + plain.bytes.readUInt8(0));
  // Of a version that is not known yet no more is said than of the last that is.
  expect((await post(url, sql, { client_protocol_version: "999999" })).bytes).toEqual(newer.bytes);
  expect(newer.text.replaceAll("\0", "")).toBe(Buffer.concat([info, plain.bytes]).toString().replaceAll("\0", ""));
});

test("what cannot be told in that form is refused", async () => {
  const asked = (value: string, version: string) =>
    post(url, `SELECT ${value} FORMAT Native`, { client_protocol_version: version });
  expect((await asked("sumState(1)", "54460")).text).toMatch(
    /^Code: 48\..*AggregateFunction\(sum, UInt8\) is not supported/,
  );
});

test("an INSERT's rows may follow the statement in the body, begin in the URL, or be VALUES", async () => {
  await emptied();
  await post(url, "INSERT INTO t FORMAT TSV\n1\ta\n");
  await post(url, "(2, 'b;c'), (3, '''')", { query: "INSERT INTO rootcause.t (a, b) VALUES" });
  await post(url, '{"a":4,"b":"FORMAT"}', { query: "insert into t settings async_insert=0 format JSONEachRow" });
  await post(url, "INSERT INTO t SELECT 5, 'e'");
  const nothing = await post(url, "", { query: "INSERT INTO t FORMAT RowBinary" });
  expect(nothing.status).toBe(200);
  expect((await post(url, "SELECT * FROM t ORDER BY a FORMAT CSV")).text).toBe(
    '1,"a"\n2,"b;c"\n3,"\'"\n4,"FORMAT"\n5,"e"\n',
  );
});

test("a summary says what was read and written", async () => {
  await emptied();
  const { headers } = await post(url, "1\ta\n2\tb\n", { query: "INSERT INTO t FORMAT TSV" });
  expect(JSON.parse(headers.get("X-ClickHouse-Summary") ?? "")).toMatchObject({ written_rows: "2" });
  expect((await post(url, "SELECT 1", { query_id: "a\r\nb" })).text).toMatch(/^Code: 36\. .*query_id/);
  const read = await post(url, "SELECT a FROM t", { wait_end_of_query: "1", query_id: "my-query" });
  expect(JSON.parse(read.headers.get("X-ClickHouse-Summary") ?? "")).toMatchObject({
    read_rows: "2",
    written_rows: "0",
  });
  expect(read.headers.get("X-ClickHouse-Query-Id")).toBe("my-query");
  expect(read.headers.get("X-ClickHouse-Timezone")).not.toBe("");
  expect(read.headers.get("X-ClickHouse-Server-Display-Name")).not.toBe("");
});

test("bodies come compressed, and answers go compressed where that is asked for", async () => {
  await emptied();
  const into = { query: "INSERT INTO t FORMAT TSV" };
  const body = Buffer.from("1\ta\n");
  for (const [encoding, packed] of [
    ["gzip", gzipSync(body)],
    ["zstd", zstdCompressSync(body)],
  ] as const)
    await ask(url, into, { method: "POST", body: packed, headers: { "Content-Encoding": encoding } });
  expect((await post(url, "SELECT count() FROM t")).text).toBe("2\n");
  const raw = async (accept: string, parameters: object) => {
    const path = `/?${new URLSearchParams({ query: "SELECT 'x' FROM numbers(1000)", ...parameters })}`;
    return exchange(`GET ${path} HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: ${accept}\r\n\r\n`);
  };
  const lines = "x\n".repeat(1000);
  expect((await raw("gzip", {})).body.toString()).toBe(lines);
  expect(gunzipSync((await raw("deflate, gzip;q=1.0", { enable_http_compression: "1" })).body).toString()).toBe(lines);
  expect(zstdDecompressSync((await raw("gzip, zstd", { enable_http_compression: "1" })).body).toString()).toBe(lines);
  const unknown = await ask(url, into, { method: "POST", body, headers: { "Content-Encoding": "xz" } });
  expect([unknown.status, unknown.text]).toEqual([
    501,
    expect.stringContaining("use one of gzip, deflate, br, zstd, lz4"),
  ]);
  const broken = await ask(url, into, { method: "POST", body, headers: { "Content-Encoding": "gzip" } });
  expect(broken.status).toBe(500);
});

/** Sends bytes and gives what comes until the other side closes. */
async function exchange(request: string | Buffer) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece);
  const all = Buffer.concat(pieces);
  const end = all.indexOf("\r\n\r\n");
  return { head: all.subarray(0, end).toString(), body: all.subarray(end + 4) };
}

test.each([
  ["SELEC", 404, 47],
  ["SELECT 1 +", 400, 62],
  ["SELECT * FROM no_such", 404, 60],
  ["SELECT no_such_function(1)", 404, 46],
  ["SELECT 1 FORMAT NoSuch", 404, 73],
  ["SELECT 1; SELECT 2", 400, 62],
  ["INSERT INTO t FORMAT TSV\nx\n", 400, 27],
  ["SELECT throwIf(1)", 500, 395],
  [
    "SELECT sleepEachRow(1) FROM numbers(9) SETTINGS max_block_size = 9, max_execution_time = 1, function_sleep_max_microseconds_per_block = 0",
    408,
    159,
  ],
  ["SELECT groupArray(toString(number)) FROM numbers(1e8) SETTINGS max_memory_usage = 5000000", 500, 241],
])("an error has the status, the code and the body of a server: %s", async (sql, status, code) => {
  const answer = await post(url, sql);
  expect([answer.status, answer.headers.get("X-ClickHouse-Exception-Code")]).toEqual([status, String(code)]);
  expect(answer.text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: [\\s\\S]*\\([A-Z_]+\\)\\n$`));
});

test.each(["", "gzip"])("an answer that fails midway says why at its end and breaks off: %s", async (encoding) => {
  const sql = "SELECT throwIf(number = 300000) FROM numbers(400000) SETTINGS max_block_size = 1000, max_threads = 1";
  expect((await post(url, sql, { wait_end_of_query: "1" })).status).toBe(500);
  const { promise, resolve, reject } = Promise.withResolvers<[IncomingMessage, Buffer]>();
  const asked = `${url}/?${new URLSearchParams({ query: sql, enable_http_compression: encoding === "" ? "0" : "1" })}`;
  get(asked, { headers: { "accept-encoding": encoding } }, (answer) => {
    const pieces: Buffer[] = [];
    answer.on("data", (piece) => pieces.push(piece)).on("error", () => resolve([answer, Buffer.concat(pieces)]));
    answer.on("end", () => reject(new Error("taken for whole")));
  });
  const [{ statusCode, headers }, bytes] = await promise;
  const tag = headers["x-clickhouse-exception-tag"];
  expect([statusCode, headers["content-encoding"], tag]).toEqual([
    200,
    encoding || undefined,
    expect.stringMatching(/^\w{16}$/),
  ]);
  const text = (encoding === "" ? bytes : gunzipSync(bytes)).toString();
  const [rows, reason, end] = text.split(/\r\n__exception__\r\n/);
  expect(rows).toMatch(/^(0\n){1000,}$/);
  expect(reason).toMatch(new RegExp(`^${tag}\r\nCode: 395\\. DB::Exception: .*\\n\\d+ ${tag}$`));
  const [, told, length] = new RegExp(`^${tag}\r\n(.*\\n)(\\d+) `).exec(reason ?? "") ?? [];
  expect([told?.length, end]).toEqual([Number(length), ""]);
});

test("nothing is inserted of a body that breaks off, and the server goes on", async () => {
  await emptied();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    "POST /?query=INSERT+INTO+t+FORMAT+TSV HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n1\ta\n",
  );
  socket.destroySoon();
  await post(url, "9\tz\n", { query: "INSERT INTO t FORMAT TSV" });
  expect((await post(url, "SELECT a FROM t")).text).toBe("9\n");
});

test("what is refused before its body has come is told why, however long the body", async () => {
  const body = Buffer.alloc(20 << 20, "x");
  const refused = async (query: string, headers = {}) => {
    const { status, text } = await ask(url, { query }, { method: "POST", body, headers });
    return `${status} ${text}`;
  };
  expect(await refused("SELECT 1")).toMatch(/^400 Code: 62\..*Max query size exceeded/);
  expect(await refused("INSERT INTO t FORMAT TSV", { "Content-Encoding": "gzip" })).toMatch(
    /^500 Code: 354\. DB::Exception: The body cannot be unpacked: incorrect header check \(ZLIB_INFLATE_FAILED\)/,
  );
  expect(await refused("INSERT INTO t FORMAT TSV", { "Content-Encoding": "lz4" })).toMatch(/no LZ4 frame/);
  expect(await refused("INSERT INTO t FORMAT TSV", { "X-ClickHouse-User": "nobody" })).toMatch(/^403 Code: 516\./);
});

test("an insert is streamed: a body much larger than what is held of it arrives whole", async () => {
  await emptied();
  const line = `{"a":7,"b":"${"x".repeat(1000)}"}\n`;
  async function* rows() {
    const piece = Buffer.from(line.repeat(1000));
    for (let index = 0; index < 40; index++) yield piece;
  }
  const body = ReadableStream.from(rows());
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  const answer = await ask(url, { query: "INSERT INTO t FORMAT JSONEachRow" }, init);
  expect(JSON.parse(answer.headers.get("X-ClickHouse-Summary") ?? "")).toMatchObject({ written_rows: "40000" });
  expect((await post(url, "SELECT count(), sum(length(b)) FROM t")).text).toBe("40000\t40000000\n");
});
