import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lz4Frames } from "../../model/lz4-frame.ts";
import { tokens } from "../../storage/embedded/tokens.ts";
import { ask, post, type Served, serveNewStore } from "./served.ts";

let served: Served;
let url: string;
beforeAll(async () => {
  served = await serveNewStore();
  url = served.url;
  await post(url, "CREATE TABLE t (a UInt8, b Map(String, String)) ENGINE = Memory");
});
afterAll(() => served.close());

/** Pieces from which statements, and nonsense, are made. */
const piece = fc.oneof(
  fc.constantFrom(
    ..."SELECT INSERT INTO t VALUES FORMAT TSV JSONEachRow Native RowBinary Parquet JSON WITH FROM numbers(3) SETTINGS max_threads=1".split(
      " ",
    ),
    ..."( ) , ; ' \" ` \\ -- /* */ # {a:String} {a:Identifier} NULL '' * = [1] {} \0 \n 1e9 \ud83d 日本 0x $$ :: ?".split(
      " ",
    ),
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const sql = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(" "));
const name = fc.oneof(
  fc.constantFrom(
    ..."query database default_format param_a param_ readonly max_threads wait_end_of_query format_schema".split(" "),
  ),
  fc.constantFrom(
    ..."enable_http_compression session_id user password query_id compress `a`=1,max_threads __proto__".split(" "),
  ),
  fc.string({ maxLength: 5 }),
);
const parameters = fc.dictionary(name, fc.oneof(sql, fc.constantFrom("0", "1", "system", "JSON")), { maxKeys: 4 });
const packed = fc.constantFrom("identity", "gzip", "zstd", "lz4", "br", "x");

test("whatever is asked, there is an answer, with a status and an exception's code where it is one", async () => {
  await fc.assert(
    fc.asyncProperty(sql, parameters, packed, fc.boolean(), async (body, given, encoding, isPacked) => {
      const bytes = isPacked && encoding === "gzip" ? gzipSync(body) : Buffer.from(body);
      const headers = { "Content-Encoding": encoding, "Accept-Encoding": encoding };
      const asked = await post(url, bytes.toString("latin1"), given, headers).catch(() => undefined);
      // Breaking off is an answer too, once rows have been sent.
      if (asked !== undefined && asked.status !== 200) {
        expect(asked.status).toBeGreaterThanOrEqual(400);
        expect(asked.text).toMatch(/^Code: [1-9]\d*\. /);
        expect(asked.headers.get("X-ClickHouse-Exception-Code")).toMatch(/^[1-9]\d*$/);
      }
    }),
    { numRuns: 300 },
  );
  expect((await post(url, "SELECT 1")).text).toBe("1\n");
}, 120_000);

test("bytes that are no HTTP, or stop anywhere, do not keep it from answering others", async () => {
  const { hostname, port } = new URL(url);
  const request = Buffer.from(
    "POST /?query=INSERT+INTO+t+FORMAT+TSV HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n1\t{}\n\r\n0\r\n\r\n",
  );
  const wrong = fc.record({ at: fc.nat(request.length - 1), byte: fc.nat(255), cut: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(wrong, async ({ at, byte, cut }) => {
      const bytes = Buffer.from(request);
      bytes[at] = byte;
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      socket.resume();
      socket.end(cut ? bytes.subarray(0, at) : bytes);
      if (!socket.closed) await once(socket, "close");
    }),
    { numRuns: 150 },
  );
  expect((await post(url, "SELECT 1")).text).toBe("1\n");
}, 120_000);

test("what is left unread of a body may be broken", async () => {
  const long = gzipSync(randomBytes(4 << 20));
  for (const cut of [long.length, long.length - 9, long.length / 2]) {
    const body = Buffer.concat([long.subarray(0, cut), Buffer.from("and then nonsense")]);
    const headers = { "Content-Encoding": "gzip" };
    const { status } = await ask(url, { query: "SELECT 1" }, { method: "POST", body, headers });
    expect(status).toBeGreaterThanOrEqual(400);
  }
  expect((await post(url, "SELECT 1")).text).toBe("1\n");
});

test("tokens cover a statement in order, whatever it is", () => {
  fc.assert(
    fc.property(sql, (text) => {
      let end = 0;
      for (const token of tokens(text)) {
        expect(token.start).toBeGreaterThanOrEqual(end);
        expect(text.slice(token.start, token.end)).toBe(token.text);
        end = token.end;
      }
    }),
  );
});

test("a statement of any size costs its length", () => {
  for (const part of ["'", "\\", "((", "/*", "--\n", "a ", '"\\'])
    expect(() => Array.from(tokens(part.repeat(200_000)))).not.toThrow();
});

/** 100 times "a", 40 times "xyz" and "1234", packed by lz4 1.10 with the size and the checksum of the content. */
const FRAME = Buffer.from(
  "04224d186c40e000000000000000d4120000001f610100503f78797a030061507a31323334000000008bc56f7f",
  "hex",
);

async function unpacked(...pieces: readonly Buffer[]): Promise<string> {
  const blocks: Buffer[] = [];
  for await (const block of lz4Frames(Readable.from(pieces))) blocks.push(block);
  return Buffer.concat(blocks).toString("latin1");
}

test("LZ4: what was packed comes out, in whatever pieces it came; other bytes are an error", async () => {
  const text = `${"a".repeat(100)}${"xyz".repeat(40)}1234`;
  expect(await unpacked(...Array.from(FRAME, (byte) => Buffer.of(byte)))).toBe(text);
  expect(await unpacked(FRAME, FRAME)).toBe(text + text);
  await fc.assert(
    fc.asyncProperty(fc.nat(FRAME.length - 1), fc.nat(255), fc.nat(FRAME.length), async (at, byte, cut) => {
      const bytes = Buffer.from(FRAME);
      bytes[at] = byte;
      try {
        expect((await unpacked(bytes.subarray(0, cut), bytes.subarray(cut))).length).toBeLessThanOrEqual(4 << 20);
      } catch (error) {
        expect(String(error)).toMatch(/LZ4/);
      }
    }),
  );
});
