import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { UserError } from "../../model/user-error.ts";
import { Chunk, type SharedTemplates } from "./chunk.ts";
import { CHUNK_SIZE } from "./chunk-header.ts";
import type { Damage } from "./damage.ts";
import { EvtxRecord } from "./record.ts";

/** The header takes a block of its own; chunks follow it without a gap. */
export const HEADER_BLOCK = 4096;
const MAGIC = "ElfFile\0";
const NO_CHECKSUMS = 0x4;

/** A `.evtx` file whose content is something else. */
export class NotEvtxError extends UserError {
  constructor(path: string) {
    super(
      `${path}: this is not an EVTX file (it does not begin with "ElfFile"); give a .evtx file that Windows has written`,
    );
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

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    this.size = fstatSync(fd).size;
    const header = Buffer.alloc(128);
    if (readSync(fd, header, 0, 128, 0) < 128 || header.toString("latin1", 0, 8) !== MAGIC)
      throw new NotEvtxError(path);
    this.#unchecked = (header.readUInt32LE(120) & NO_CHECKSUMS) !== 0;
    if (!this.#unchecked && crc32(header.subarray(0, 120)) !== header.readUInt32LE(124))
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
   * What cannot be read is told to `report`; nothing is thrown but errors of the disk. `shared`: see `Chunk`.
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
    if (first === 0 && this.#headerDamage !== undefined) report(this.#headerDamage);
    const bytes = Buffer.alloc(CHUNK_SIZE);
    for (let index = first; index < Math.min(end, this.chunkCount); index++) {
      const offset = HEADER_BLOCK + index * CHUNK_SIZE;
      const length = readSync(this.#fd, bytes, 0, CHUNK_SIZE, offset);
      if (length < CHUNK_SIZE) bytes.fill(0, length);
      if (isUnused(bytes)) continue;
      // The same view each time, nearly always: the record's table knows it again.
      const view = length === CHUNK_SIZE ? bytes : bytes.subarray(0, length);
      yield new Chunk(view, { file: this.path, index, offset, unchecked: this.#unchecked }, report, shared);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
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

/** @throws NotEvtxError, or the system's error when the file cannot be opened. */
export function openEvtx(path: string): EvtxFile {
  const fd = openSync(path, "r");
  try {
    return new EvtxFile(path, fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

const ZEROS = Buffer.alloc(CHUNK_SIZE);

/** Windows lays out a log in advance; such chunks are all zero. */
function isUnused(bytes: Buffer): boolean {
  return bytes[0] === 0 && bytes.equals(ZEROS);
}
