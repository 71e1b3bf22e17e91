import { ByteWindow } from "./byte-window.ts";
import { CHUNK_MAGIC, CHUNK_SIZE } from "./chunk-header.ts";
import { CHUNK_HEADER, hasMagicAt, RECORD_HEADER, RECORD_MAGIC, RECORD_OVERHEAD, soundSize } from "./record-search.ts";

/** A piece of a file that may hold records. */
export interface Piece {
  /** Byte offset in the file of what `bytes` begins with. Below 0 where a chunk's beginning is not in the file. */
  readonly offset: number;
  /** At most 64 KiB, as of a chunk. */
  readonly bytes: Buffer;
  /** Where in `bytes` its loose records begin; undefined for a chunk with its header. */
  readonly looseFrom: number | undefined;
}

/** How much of the file is in memory at a time: 8 MiB. */
const WINDOW = 8 << 20;
const CHUNK_MAGIC_BYTES = Buffer.from(CHUNK_MAGIC, "latin1");

/**
 * Goes once over a file of any kind and finds chunks at any offset, and between them records that stand alone.
 * The bytes of a piece are its own until the next one.
 */
export function* carve(path: string): Generator<Piece, void, undefined> {
  using file = new ByteWindow(path, WINDOW);
  const search = new Search();
  for (let at = 0; at < file.size; ) {
    const bytes = file.from(at, CHUNK_SIZE + CHUNK_MAGIC.length);
    const found = search.first(bytes, at);
    if (found === undefined) {
      // A magic may lie across the window's end.
      at = at + bytes.length >= file.size ? file.size : at + bytes.length - RECORD_OVERHEAD;
    } else if (found.kind === "chunk") {
      const chunk = file.from(at + found.at, CHUNK_SIZE);
      const end = endOfChunk(chunk);
      const hasRoom = end >= CHUNK_HEADER + RECORD_OVERHEAD;
      if (hasRoom) yield { offset: at + found.at, bytes: chunk.subarray(0, end), looseFrom: undefined };
      at += found.at + (hasRoom ? end : CHUNK_MAGIC.length);
    } else {
      const piece = looseRecords(file, at + found.at);
      if (piece !== undefined) yield piece;
      at = piece === undefined ? at + found.at + 1 : piece.offset + piece.bytes.length;
    }
  }
}

/** The search from place to place. No byte is looked at twice for the same magic, however many there are of one kind and however far it is to the other. */
class Search {
  /** No record begins before this byte of the file, from where the last search began. */
  #recordsFrom = 0;

  /** The first chunk or record in `bytes`, of which the first is byte `at` of the file. */
  first(bytes: Buffer, at: number): { readonly kind: "chunk" | "record"; readonly at: number } | undefined {
    const from = Math.max(0, this.#recordsFrom - at);
    const record = bytes.indexOf(RECORD_MAGIC, from);
    this.#recordsFrom = at + (record === -1 ? Math.max(from, bytes.length - RECORD_MAGIC.length + 1) : record);
    const chunk = (record === -1 ? bytes : bytes.subarray(0, record)).indexOf(CHUNK_MAGIC_BYTES);
    if (chunk !== -1) return { kind: "chunk", at: chunk };
    return record === -1 ? undefined : { kind: "record", at: record };
  }
}

/** A chunk has 64 KiB, unless another one begins before: then it has been cut. */
function endOfChunk(chunk: Buffer): number {
  const next = chunk.subarray(0, CHUNK_SIZE).indexOf(CHUNK_MAGIC_BYTES, CHUNK_MAGIC.length);
  return next === -1 ? Math.min(CHUNK_SIZE, chunk.length) : next;
}

/** The records that follow each other from here on, placed in a chunk as their own offsets say; undefined when there is no sound record here. */
function looseRecords(file: ByteWindow, at: number): Piece | undefined {
  const { length, place = 0 } = runOfRecords(file.from(at, CHUNK_SIZE).subarray(0, CHUNK_SIZE));
  if (length === 0) return undefined;
  const before = Math.min(at, place);
  const bytes = Buffer.alloc(place + length);
  file.from(at - before, before + length).copy(bytes, place - before);
  return { offset: at - place, bytes, looseFrom: place };
}

/** How long the sound records at the beginning of `bytes` are that could be of one chunk, and where in it these bytes then begin. */
function runOfRecords(bytes: Buffer): { readonly length: number; readonly place: number | undefined } {
  let place: number | undefined;
  let at = 0;
  while (hasMagicAt(bytes, at)) {
    const size = soundSize(bytes, at);
    if (size === undefined) break;
    const inChunk = placeInChunk(bytes.subarray(at, at + size));
    const here = inChunk === undefined ? undefined : inChunk - at;
    if (here !== undefined && (here < 0 || (place !== undefined && here !== place))) break;
    place ??= here;
    at += size;
    if ((place ?? 0) + at > CHUNK_SIZE) break;
  }
  return { length: at, place };
}

/**
 * The offset in its chunk that a record has, as far as it shows: where it defines its own template, the offset that it gives for the definition is that of the
 * bytes that follow it. Fragment header (4), token (1), unknown (1), beginning of the template's GUID (4), the offset (4), then the definition with its GUID at 4.
 */
function placeInChunk(record: Buffer): number | undefined {
  const definition = RECORD_HEADER + 14;
  if (record.length < definition + 8 || record.readUInt32LE(RECORD_HEADER + 6) !== record.readUInt32LE(definition + 4))
    return undefined;
  const place = record.readUInt32LE(RECORD_HEADER + 10) - definition;
  return place >= 0 && place + record.length <= CHUNK_SIZE ? place : undefined;
}
