import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";
import { UserError } from "../../model/user-error.ts";
import { Chunk, type SharedTemplates } from "./chunk.ts";
import { CHUNK_SIZE } from "./chunk-header.ts";
import type { Damage } from "./damage.ts";
import { type MissingChunk, MissingChunks, type StatedChunks } from "./missing-chunks.ts";
import { EvtxRecord } from "./record.ts";
import { RecordFinder } from "./record-finder.ts";
import { CHUNK_HEADER } from "./record-search.ts";

/** The header takes a block of its own; chunks follow it without a gap. */
export const HEADER_BLOCK = 4096;
const MAGIC = "ElfFile\0";
const NO_CHECKSUMS = 0x4;

/** A file that is none of Windows' logs. */
export class NotEvtxError extends UserError {
  override readonly name = "NotEvtxError";

  /** `why` it is none, a sentence. */
  constructor(path: string, why: string) {
    super(`${path}: this is not an EVTX file: ${why}`);
  }
}

/**
 * An EVTX file, open for reading. The number of chunks is taken from the file's length: the header of a live or copied log says less.
 *
 *     using file = openEvtx("System.evtx");
 *     for (const record of file.records((damage) => console.error(damage.reason))) console.log(record.recordId);
 */
export class EvtxFile implements Disposable {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly chunkCount: number;
  readonly #fd: number;
  readonly #unchecked: boolean;
  readonly #headerDamage: Damage | undefined;
  readonly #stated: StatedChunks | undefined;
  #isClosed = false;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    this.size = fstatSync(fd).size;
    const header = Buffer.alloc(128);
    const length = readSync(fd, header, 0, 128, 0);
    if (header.toString("latin1", 0, 8) !== MAGIC) throw new NotEvtxError(path, 'it does not begin with "ElfFile"');
    if (length < 128) throw new NotEvtxError(path, `it ends after ${length} bytes, within its header`);
    this.#unchecked = (header.readUInt32LE(120) & NO_CHECKSUMS) !== 0;
    if (crc32(header.subarray(0, 120)) === header.readUInt32LE(124))
      this.#stated = {
        count: header.readUInt16LE(42),
        newest: header.readBigUInt64LE(16),
        nextRecord: header.readBigUInt64LE(24),
      };
    else if (!this.#unchecked)
      this.#headerDamage = {
        file: path,
        offset: 0,
        chunk: undefined,
        recordId: undefined,
        kind: "verdict",
        records: 0,
        reason: "the file header's checksum is wrong",
      };
    this.chunkCount = Math.max(0, Math.ceil((this.size - HEADER_BLOCK) / CHUNK_SIZE));
  }

  /**
   * The records of the chunks from `first` up to but not including `end`, in the file's order. The same object comes each time.
   * What cannot be read is told to `report`; nothing is thrown but errors of the disk, and a RangeError for chunks that cannot be. `shared`: see `Chunk`.
   */
  records(
    report: (damage: Damage) => void,
    first = 0,
    end = this.chunkCount,
    shared?: SharedTemplates,
  ): IteratorObject<EvtxRecord, undefined> {
    return new RecordIterator(this.#chunks(report, first, end, shared));
  }

  /** How many records there are in the chunks from `first` up to but not including `end`, those included whose content cannot be read. */
  count(report: (damage: Damage) => void, first = 0, end = this.chunkCount): number {
    let count = 0;
    for (const chunk of this.#chunks(report, first, end, undefined)) count += chunk.count();
    return count;
  }

  *#chunks(
    report: (damage: Damage) => void,
    first: number,
    end: number,
    shared: SharedTemplates | undefined,
  ): Generator<Chunk, undefined, undefined> {
    if (!Number.isInteger(first) || first < 0 || !(Number.isInteger(end) || end === Number.POSITIVE_INFINITY))
      throw new RangeError(`there are no chunks from ${first} up to ${end}: they are counted from 0`);
    if (first === 0 && this.#headerDamage !== undefined) report(this.#headerDamage);
    const missing = this.#missingBefore(first);
    const tell = (found: MissingChunk | undefined) => found && report(this.#lost(found));
    const bytes = Buffer.alloc(CHUNK_SIZE);
    for (let index = first; index < Math.min(end, this.chunkCount); index++) {
      const view = this.#chunkBytes(index, bytes);
      if (view.length < Math.min(CHUNK_SIZE, this.size - placeOf(index)))
        tell({ index, records: undefined, reason: "the file has become shorter while it was read" });
      if (isUnused(bytes)) continue;
      const place = { file: this.path, index, offset: placeOf(index), unchecked: this.#unchecked };
      const chunk = new Chunk(view, place, report, shared);
      yield chunk;
      tell(missing.read(index, chunk.numbers, chunk.isEmpty));
    }
    if (end >= this.chunkCount) tell(missing.end());
  }

  /** Reads a chunk into `bytes`, filled up with zeros; gives the part that the file has. The same view each time, nearly always: the record's table knows it again. */
  #chunkBytes(index: number, bytes: Buffer): Buffer {
    if (this.#isClosed) throw new Error(`${this.path} has been closed`);
    const length = readSync(this.#fd, bytes, 0, CHUNK_SIZE, placeOf(index));
    if (length === CHUNK_SIZE) return bytes;
    bytes.fill(0, length);
    return bytes.subarray(0, length);
  }

  /** As if the chunks before `first` had been read: from the last one of them that has numbers. */
  #missingBefore(first: number): MissingChunks {
    const whole = Math.max(0, Math.floor((this.size - HEADER_BLOCK - CHUNK_HEADER) / CHUNK_SIZE) + 1);
    const missing = new MissingChunks(whole, this.#stated);
    const bytes = Buffer.alloc(first === 0 ? 0 : CHUNK_SIZE);
    for (let index = first - 1; index >= 0; index--) {
      const view = this.#chunkBytes(index, bytes);
      if (isUnused(bytes)) continue;
      const finder = new RecordFinder(view, this.#unchecked, () => {});
      while (finder.next() !== undefined);
      missing.read(index, finder.numbers, finder.isEmpty);
      if (finder.numbers !== undefined || !finder.isEmpty) break;
    }
    return missing;
  }

  #lost({ index, records, reason }: MissingChunk): Damage {
    const kind = records === 0 ? "verdict" : "lost";
    return { file: this.path, offset: placeOf(index), chunk: index, recordId: undefined, kind, records, reason };
  }

  /** What is being read ends with an error. */
  [Symbol.dispose](): void {
    if (!this.#isClosed) closeSync(this.#fd);
    this.#isClosed = true;
  }
}

/** Byte offset of a chunk in its file. */
function placeOf(index: number): number {
  return HEADER_BLOCK + index * CHUNK_SIZE;
}

/** The records of one chunk after the other. A generator that does the same takes a twentieth more of a program's time that only reads. */
class RecordIterator extends Iterator<EvtxRecord, undefined> {
  readonly #chunks: Generator<Chunk, undefined, undefined>;
  readonly #record = new EvtxRecord();
  readonly #result = { done: false, value: this.#record } as const;
  #chunk: Chunk | undefined;

  constructor(chunks: Generator<Chunk, undefined, undefined>) {
    super();
    this.#chunks = chunks;
  }

  override next(): IteratorResult<EvtxRecord, undefined> {
    while (this.#chunk?.next(this.#record) !== true) {
      const next = this.#chunks.next();
      if (next.done) return next;
      this.#chunk = next.value;
    }
    return this.#result;
  }

  /** Called when a loop is left: what has been abandoned does not go on. */
  override return(): IteratorResult<EvtxRecord, undefined> {
    this.#chunk = undefined;
    this.#chunks.return(undefined);
    return { done: true, value: undefined };
  }
}

/** @throws NotEvtxError, UserError for a pipe, or the system's error when the file cannot be opened. */
export function openEvtx(path: string): EvtxFile {
  refusePipe(path);
  const fd = openSync(path, "r");
  try {
    return new EvtxFile(path, fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** To open one would wait for somebody to write to it. @throws UserError, or the system's error when there is no such file */
export function refusePipe(path: string): void {
  if (statSync(path).isFIFO())
    throw new UserError(`${path}: this is a pipe, and logs are read in places: write it to a file first.`);
}

const ZEROS = Buffer.alloc(CHUNK_SIZE);

/** Windows lays out a log in advance; such chunks are all zero. */
function isUnused(bytes: Buffer): boolean {
  return bytes[0] === 0 && bytes.equals(ZEROS);
}
