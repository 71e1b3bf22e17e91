import { hash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { CHUNK_SIZE, readChunkHeader } from "./chunk-header.ts";
import { HEADER_BLOCK } from "./file.ts";
import { CHUNK_HEADER, hasMagicAt, nextRecord, RECORD_OVERHEAD, soundSize } from "./record-search.ts";

/** How far a log that is being written to has been read: up to and with the record that it names. */
export interface ReadPlace {
  readonly chunk: number;
  /** Byte offset of the record in the file. */
  readonly offset: number;
  readonly size: number;
  /** The record's own number in its file. */
  readonly recordId: bigint;
  /** Hash of the record's bytes, by which the log is known again, also under another name. */
  readonly digest: string;
}

/** Records to be read now: those of these chunks that begin from `from` on and before `until`, in bytes of the file. */
export interface NewPart {
  readonly firstChunk: number;
  /** Not included. */
  readonly endChunk: number;
  readonly from: number;
  readonly until: number;
}

/** Records at the end that no checksum vouches for yet: they are read when they stand there unchanged at the next look. */
export interface Unsure {
  readonly from: number;
  readonly until: number;
  readonly digest: string;
}

export interface Look {
  readonly parts: readonly NewPart[];
  /** Where reading is when the parts have been read; undefined while nothing has been. */
  readonly place: ReadPlace | undefined;
  readonly unsure: Unsure | undefined;
  /** Of a log that has less than it says. */
  readonly lack: Lack | undefined;
}

/** The end of a log that ends within a chunk, or of which the header counts more: it is being copied, or was cut off. */
export interface Lack extends NewPart {
  /** Bytes of the file, and where its last record is: while these change, it is being copied. */
  readonly state: string;
}

/** A number that lies further from the last one than this is a broken one. */
const FAR = 1n << 24n;

/**
 * A log that another process writes to, for one look: the last chunk grows in place, the headers of chunk and file lag behind, and after the
 * last chunk of a full log the first is written over. docs/follow.md tells how it is read.
 */
export class LiveLog implements Disposable {
  readonly #fd: number;
  readonly #size: number;
  readonly #chunkCount: number;
  readonly #header: Buffer;

  private constructor(fd: number, header: Buffer) {
    this.#fd = fd;
    this.#header = header;
    this.#size = fstatSync(fd).size;
    this.#chunkCount = Math.max(0, Math.ceil((this.#size - HEADER_BLOCK) / CHUNK_SIZE));
  }

  /** Undefined while the file is no EVTX file yet. @throws the system's error when it cannot be opened */
  static open(path: string): LiveLog | undefined {
    // What was a log when following began may be a pipe by now, which must not be waited for.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const header = Buffer.alloc(128);
    if (readSync(fd, header, 0, 128, 0) === 128 && header.toString("latin1", 0, 8) === "ElfFile\0")
      return new LiveLog(fd, header);
    closeSync(fd);
    return undefined;
  }

  /** Whether the record that the place names is where it was. */
  holds({ offset, size, digest }: ReadPlace): boolean {
    return digestOf(this.#read(offset, size)) === digest;
  }

  /**
   * What has come since `place`, or all of the log without one.
   *
   * @param unsure what the last look was unsure of
   * @param isClosed no one writes to the log any more: what is there will not change
   */
  look(place: ReadPlace | undefined, unsure: Unsure | undefined, isClosed: boolean): Look {
    const { active, ...walk } = this.#walk(place, unsure, isClosed);
    const lack = walk.unsure === undefined ? this.#lackBehind(walk.place) : undefined;
    if (place !== undefined) return { ...walk, lack };
    if (walk.place === undefined) return { ...walk, lack, parts: [] };
    const until = walk.place.chunk === active ? walk.place.offset + walk.place.size : startOf(active);
    return { ...walk, lack, parts: this.#allBut(active, until) };
  }

  /** Windows' headers lag behind: one that says more than there is was not written by it like that. */
  #lackBehind(place: ReadPlace | undefined): Lack | undefined {
    const isPartial = this.#size < startOf(this.#chunkCount);
    const next = (place?.recordId ?? 0n) + 1n;
    const stated = this.#header.readBigUInt64LE(24);
    const hasAll = this.#header.readUInt16LE(42) <= this.#chunkCount && (stated <= next || stated - next > FAR);
    // What stands behind the last record of a log that has gone round is older, and has been read.
    if ((hasAll && !isPartial) || this.#usedChunks() > (place?.chunk ?? 0) + 1) return undefined;
    const from = place === undefined ? 0 : place.offset + place.size;
    return {
      state: `${this.#size} ${from} ${next}`,
      firstChunk: Math.max(0, this.#chunkCount - 1),
      endChunk: this.#chunkCount,
      from,
      until: Number.POSITIVE_INFINITY,
    };
  }

  /** How many chunks there are up to the last one that has records. */
  #usedChunks(): number {
    let chunks = this.#chunkCount;
    while (chunks > 0 && this.#firstId(chunks - 1) === undefined) chunks--;
    return chunks;
  }

  /** All chunks, but of the one that is written to no more than up to `until`. */
  #allBut(active: number, until: number): readonly NewPart[] {
    const parts = [
      { firstChunk: 0, endChunk: active + 1, from: 0, until },
      {
        firstChunk: active + 1,
        endChunk: this.#usedChunks(),
        from: startOf(active + 1),
        until: startOf(this.#chunkCount),
      },
    ];
    return parts.filter(({ firstChunk, endChunk }) => firstChunk < endChunk);
  }

  /** From chunk to chunk, as long as the numbers of their records go on. */
  #walk(place: ReadPlace | undefined, unsure: Unsure | undefined, isClosed: boolean): Walk {
    const parts: NewPart[] = [];
    let last = place;
    let chunk = place?.chunk ?? this.#newestChunk();
    let from = place === undefined ? startOf(chunk) : place.offset + place.size;
    for (let steps = 0; steps <= this.#chunkCount; steps++) {
      const sureUntil = isClosed ? Number.POSITIVE_INFINITY : this.#settledUntil(from, unsure);
      const found = this.#recordsOf(chunk, from, last?.recordId, sureUntil);
      const next = this.#chunkAfter(chunk, found.last?.recordId ?? last?.recordId);
      if (next === undefined) {
        const { sure } = found;
        const until = sure === undefined ? from : sure.offset + sure.size;
        if (sure !== undefined) parts.push({ firstChunk: chunk, endChunk: chunk + 1, from, until });
        return { parts, place: sure ?? last, unsure: this.#unsureOf(until, found.last), active: chunk };
      }
      if (found.last !== undefined)
        parts.push({ firstChunk: chunk, endChunk: chunk + 1, from, until: startOf(chunk + 1) });
      last = found.last ?? last;
      chunk = next;
      from = startOf(chunk);
    }
    return { parts, place: last, unsure: undefined, active: chunk };
  }

  /** The records of a chunk from an offset of the file on: the last there is, and the last that is whole by the chunk's checksums or because it settled. */
  #recordsOf(chunk: number, from: number, lastId: bigint | undefined, sureUntil: number): Found {
    const bytes = this.#read(startOf(chunk), CHUNK_SIZE);
    let isTrusted = true;
    const header = readChunkHeader(bytes, false, (kind) => {
      if (kind === "verdict") isTrusted = false;
    });
    let id = lastId;
    let last: ReadPlace | undefined;
    let sure: ReadPlace | undefined;
    let damagedFrom: number | undefined;
    for (let at: number | undefined = Math.max(CHUNK_HEADER, from - startOf(chunk)); at !== undefined; ) {
      const size = hasMagicAt(bytes, at) ? soundSize(bytes, at) : undefined;
      if (size === undefined) {
        damagedFrom ??= at;
        at = nextRecord(bytes, at + 4);
        continue;
      }
      const recordId = bytes.readBigUInt64LE(at + 8);
      const isVouched = isTrusted && at + size <= header.end;
      // What follows without being vouched for may be what an older round of the log has left: its numbers are lower.
      const most = damagedFrom === undefined ? 1n : BigInt(1 + Math.floor((at - damagedFrom) / RECORD_OVERHEAD));
      const isFirst = last === undefined && damagedFrom === undefined;
      const goesOn = id === undefined || (recordId > id && (isFirst || recordId - id <= most));
      if (!isVouched && !goesOn) break;
      damagedFrom = undefined;
      const digest = digestOf(bytes.subarray(at, at + size));
      id = id === undefined || (recordId > id && recordId - id <= FAR) ? recordId : id + 1n;
      last = { chunk, offset: startOf(chunk) + at, size, recordId: id, digest };
      at += size;
      if (isVouched || startOf(chunk) + at <= sureUntil) sure = last;
    }
    return { last, sure };
  }

  /** Until where what was unsure at the last look has not changed since. */
  #settledUntil(from: number, unsure: Unsure | undefined): number {
    if (unsure === undefined || unsure.from !== from) return 0;
    return digestOf(this.#read(from, unsure.until - from)) === unsure.digest ? unsure.until : 0;
  }

  #unsureOf(from: number, last: ReadPlace | undefined): Unsure | undefined {
    const until = last === undefined ? from : last.offset + last.size;
    return until <= from ? undefined : { from, until, digest: digestOf(this.#read(from, until - from)) };
  }

  /** The chunk that goes on after a record: the next one, round the end; if the file's header knows of more than that shows, whichever does. */
  #chunkAfter(chunk: number, lastId: bigint | undefined): number | undefined {
    if (lastId === undefined) return undefined;
    const next = (chunk + 1) % Math.max(1, this.#chunkCount);
    if (this.#goesOn(next, lastId) !== undefined) return next;
    if (this.#header.readBigUInt64LE(24) <= lastId + 1n) return undefined;
    let nearest: { readonly chunk: number; readonly id: bigint } | undefined;
    for (let other = 0; other < this.#chunkCount; other++) {
      const id = this.#goesOn(other, lastId);
      if (id !== undefined && (nearest === undefined || id < nearest.id)) nearest = { chunk: other, id };
    }
    return nearest?.chunk;
  }

  /** The number of a chunk's first record, if it is a little larger than another. */
  #goesOn(chunk: number, lastId: bigint): bigint | undefined {
    const id = this.#firstId(chunk);
    return id !== undefined && id > lastId && id - lastId <= FAR ? id : undefined;
  }

  /** The chunk that the header says is written to, or the nearest before it that has records. */
  #newestChunk(): number {
    const stated = Number(this.#header.readBigUInt64LE(16));
    for (let chunk = Math.min(stated, this.#chunkCount - 1); chunk > 0; chunk--)
      if (this.#firstId(chunk) !== undefined) return chunk;
    return 0;
  }

  #firstId(chunk: number): bigint | undefined {
    const bytes = this.#read(startOf(chunk) + CHUNK_HEADER, 16);
    return bytes.length === 16 && hasMagicAt(bytes, 0) ? bytes.readBigUInt64LE(8) : undefined;
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.min(Math.max(0, length), CHUNK_SIZE));
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, bytes.length, offset));
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

interface Walk extends Omit<Look, "lack"> {
  /** The chunk that is written to. */
  readonly active: number;
}

interface Found {
  readonly last: ReadPlace | undefined;
  readonly sure: ReadPlace | undefined;
}

function startOf(chunk: number): number {
  return HEADER_BLOCK + chunk * CHUNK_SIZE;
}

function digestOf(bytes: Buffer): string {
  return hash("sha256", bytes, "hex").slice(0, 32);
}
