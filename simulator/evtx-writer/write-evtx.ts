import { closeSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { CHUNK_HEADER_SIZE, ChunkBuffer } from "./chunk-buffer.ts";
import type { EventToWrite } from "./event-to-write.ts";
import { type TemplateCache, writeRecord } from "./record.ts";

const FILE_HEADER_SIZE = 4096;
const HEADER_SIZE = 128;

/**
 * Writes events, in the order given, as an EVTX file of format 3.1, holding one chunk at a time.
 * Layout: libyal, "Windows XML Event Log (EVTX) format"; binary XML: [MS-EVEN6] 2.2.12 to 2.2.18.
 *
 *     writeEvtx("System.evtx", [{ provider: { name: "EventLog" }, eventId: 6005, … }]);
 *
 * @throws RangeError when a value does not fit its type, or an event does not fit into a chunk of 64 KiB.
 * @returns how many records the file has.
 */
export function writeEvtx(path: string, events: Iterable<EventToWrite>): number {
  const file = openSync(path, "w");
  try {
    writeSync(file, Buffer.alloc(FILE_HEADER_SIZE));
    let chunks = 0;
    let records = 0;
    let nextRecordId = 1n;
    for (const chunk of chunksOf(events)) {
      writeSync(file, finished(chunk, records));
      chunks += 1;
      records += chunk.records;
      nextRecordId = chunk.lastRecordId + 1n;
    }
    writeSync(file, fileHeader(chunks, nextRecordId), 0, FILE_HEADER_SIZE, 0);
    return records;
  } finally {
    closeSync(file);
  }
}

export interface FilledChunk {
  readonly buffer: ChunkBuffer;
  readonly records: number;
  readonly firstRecordId: bigint;
  readonly lastRecordId: bigint;
  /** Offset of the last record. */
  readonly lastRecordAt: number;
}

function* chunksOf(events: Iterable<EventToWrite>): Iterable<FilledChunk> {
  const templates: TemplateCache = new Map();
  let chunk: FilledChunk | undefined;
  for (const event of events) {
    const grown = chunk === undefined ? undefined : append(chunk, event, templates);
    if (grown === undefined && chunk !== undefined) yield chunk;
    chunk = grown ?? begin(event, templates);
  }
  if (chunk !== undefined) yield chunk;
}

export function begin(event: EventToWrite, templates: TemplateCache): FilledChunk {
  const id = event.recordId;
  const empty = { buffer: new ChunkBuffer(), records: 0, firstRecordId: id, lastRecordId: id, lastRecordAt: 0 };
  const chunk = append(empty, event, templates);
  if (chunk === undefined)
    throw new RangeError(
      `Event ${event.eventId} of ${event.provider.name} (record ${id}) does not fit into a chunk of 64 KiB.`,
    );
  return chunk;
}

/** The chunk with one more record; undefined when it has no room for it. */
export function append(chunk: FilledChunk, event: EventToWrite, templates: TemplateCache): FilledChunk | undefined {
  const lastRecordAt = chunk.buffer.at;
  const fits = chunk.buffer.attempt(() => writeRecord(chunk.buffer, event, templates));
  return fits ? { ...chunk, records: chunk.records + 1, lastRecordId: event.recordId, lastRecordAt } : undefined;
}

/** The chunk's bytes with their header; records are numbered on from those of the chunks before. */
export function finished(
  { buffer, records, firstRecordId, lastRecordId, lastRecordAt }: FilledChunk,
  before: number,
): Buffer {
  const { bytes, at } = buffer;
  bytes.write("ElfChnk\0", 0, "latin1");
  bytes.writeBigUInt64LE(BigInt(before + 1), 8);
  bytes.writeBigUInt64LE(BigInt(before + records), 16);
  bytes.writeBigUInt64LE(firstRecordId, 24);
  bytes.writeBigUInt64LE(lastRecordId, 32);
  bytes.writeUInt32LE(HEADER_SIZE, 40);
  bytes.writeUInt32LE(lastRecordAt, 44);
  bytes.writeUInt32LE(at, 48);
  bytes.writeUInt32LE(crc32(bytes.subarray(CHUNK_HEADER_SIZE, at)), 52);
  // Flags; 1 in every real chunk seen.
  bytes.writeUInt32LE(1, 120);
  const tables = bytes.subarray(HEADER_SIZE, CHUNK_HEADER_SIZE);
  bytes.writeUInt32LE(crc32(tables, crc32(bytes.subarray(0, 120))), 124);
  return bytes;
}

/** Flags 0: neither dirty nor full. */
export function fileHeader(chunks: number, nextRecordId: bigint): Buffer {
  const header = Buffer.alloc(FILE_HEADER_SIZE);
  header.write("ElfFile\0", 0, "latin1");
  header.writeBigUInt64LE(BigInt(Math.max(chunks - 1, 0)), 16);
  header.writeBigUInt64LE(nextRecordId, 24);
  header.writeUInt32LE(HEADER_SIZE, 32);
  header.writeUInt16LE(1, 36);
  header.writeUInt16LE(3, 38);
  header.writeUInt16LE(FILE_HEADER_SIZE, 40);
  header.writeUInt16LE(chunks, 42);
  header.writeUInt32LE(crc32(header.subarray(0, 120)), 124);
  return header;
}
