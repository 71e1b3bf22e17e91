import { type Cursor, columnReader, readVarint } from "./native-columns.ts";

/** From this version of ClickHouse's protocol on, each column says how it is serialized. */
const WITH_SERIALIZATION = 54_454;

/** Not an overflow, and of no bucket: what a block of an answer says of itself. */
const BLOCK_INFO = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
/** Serialized as always. */
const PLAIN = Buffer.from([0]);

/**
 * The format Native as clients read it that name their version of the protocol (`client_protocol_version`; Go's do, and so does Grafana): the same
 * blocks, with a little more said of each. The engine writes them without. What versions after 54479 added is not said, as by a server of that time.
 * @throws Exception when a type cannot be told
 */
export function* nativeBlocks(answer: Uint8Array, version: number): Generator<Buffer> {
  const cursor: Cursor = { bytes: Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength), at: 0 };
  while (cursor.at < cursor.bytes.length) {
    yield BLOCK_INFO;
    let from = cursor.at;
    const columns = readVarint(cursor);
    const rows = readVarint(cursor);
    for (let column = 0; column < columns; column++) {
      readText(cursor);
      const reader = columnReader(readText(cursor));
      if (version >= WITH_SERIALIZATION) {
        yield cursor.bytes.subarray(from, cursor.at);
        yield PLAIN;
        from = cursor.at;
      }
      if (rows === 0) continue;
      reader.skipPrefix(cursor);
      reader.skipValues(cursor, rows);
    }
    yield cursor.bytes.subarray(from, cursor.at);
  }
}

function readText(cursor: Cursor): string {
  const length = readVarint(cursor);
  cursor.at += length;
  return cursor.bytes.toString("utf8", cursor.at - length, cursor.at);
}
