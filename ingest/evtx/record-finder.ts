import { CHUNK_SIZE, type ChunkHeader, readChunkHeader } from "./chunk-header.ts";
import type { Damage } from "./damage.ts";
import { CHUNK_HEADER, hasMagicAt, nextRecord, RECORD_OVERHEAD, soundSize } from "./record-search.ts";

/** Damage in a chunk, `at` bytes from its beginning. */
export interface FoundInChunk extends Pick<Damage, "kind" | "recordId" | "records" | "reason"> {
  readonly at: number;
}

/** Finds one record of a chunk after the other, whatever is in them. */
export class RecordFinder {
  /** Up to where records have been looked for. */
  end = CHUNK_HEADER;
  /** Of the record found last. */
  size = 0;
  readonly #bytes: Buffer;
  readonly #tell: (found: FoundInChunk) => void;
  readonly #header: ChunkHeader;
  /** Where the record begins that was found last. */
  #last: number | undefined;
  #isFinished = false;

  constructor(bytes: Buffer, unchecked: boolean, tell: (found: FoundInChunk) => void) {
    this.#bytes = bytes;
    this.#tell = tell;
    this.#header = readChunkHeader(bytes, unchecked, (kind, at, reason) =>
      tell({ kind, at, reason, recordId: undefined, records: kind === "lost" ? undefined : 0 }),
    );
  }

  /** The numbers of the chunk's first and last record, where its header is to be believed; that of the last found where the header lags behind. */
  get numbers(): ChunkHeader["ids"] {
    const { ids } = this.#header;
    const last = this.#last === undefined ? undefined : this.#idAt(this.#last);
    return ids === undefined || last === undefined || last <= ids.last ? ids : { ...ids, last };
  }

  /** Whether the checksum over the records is right. */
  get isVerified(): boolean {
    return this.#header.isVerified;
  }

  /** Whether no record has been found. */
  get isEmpty(): boolean {
    return this.#last === undefined;
  }

  /** Where the next record begins, of those that count; undefined when there are no more. */
  next(): number | undefined {
    const { end } = this.#header;
    while (this.end + RECORD_OVERHEAD <= this.#bytes.length) {
      const at = this.end;
      if (at >= end ? !this.#continues(at) : this.#isOlder(at)) break;
      const size = this.#sizeAt(at);
      if (size !== undefined) {
        this.#last = at;
        this.size = size;
        this.end = at + size;
        return at;
      }
      this.end = this.#skipToRecord(at);
    }
    this.#finish();
    return undefined;
  }

  /** The size of the record at `at`, mended where it or the magic is broken; undefined when nothing there looks like a record. */
  #sizeAt(at: number): number | undefined {
    const size = soundSize(this.#bytes, at);
    if (hasMagicAt(this.#bytes, at)) return size ?? this.#repairedSize(at);
    if (size !== undefined) this.#tellOfRecord(at, "the record's magic is destroyed; its sizes agree");
    return size;
  }

  #idAt(at: number): bigint {
    return this.#bytes.readBigUInt64LE(at + 8);
  }

  /** Whether what stands here has been left by an older round of the log. */
  #isOlder(at: number): boolean {
    const { firstId } = this.#header;
    return firstId !== undefined && this.#last !== undefined && this.#idAt(at) < firstId;
  }

  /** Where the header is stale the count goes on behind the end that it states. */
  #continues(at: number): boolean {
    return (
      this.#last !== undefined &&
      this.#idAt(at) === this.#idAt(this.#last) + 1n &&
      hasMagicAt(this.#bytes, at) &&
      soundSize(this.#bytes, at) !== undefined
    );
  }

  /** A record whose size is broken reaches as far as the next one; with others in it when more than the size is broken. */
  #repairedSize(at: number): number {
    const found = nextRecord(this.#bytes, at + RECORD_OVERHEAD);
    const missing = found === undefined ? 0 : missingBetween(this.#idAt(at), this.#idAt(found));
    const reason = "the record's two sizes do not agree; it was read up to the next record";
    if (missing === undefined || missing === 0) this.#tellOfRecord(at, reason);
    else this.#tellMissing(missing, at, `${reason}, which is not the one with the next number`);
    return (found ?? this.#endFrom(at + RECORD_OVERHEAD)) - at;
  }

  #skipToRecord(at: number): number {
    const found = nextRecord(this.#bytes, at + 4);
    const next = found ?? this.#endFrom(at + 4);
    const missing = found === undefined ? this.#missingAtEnd() : this.#missingBefore(this.#idAt(found));
    // What is missing where the file was cut is told of by itself.
    const isTold = found === undefined && this.#header.isCut;
    this.#tellMissing(isTold ? 0 : missing, at, `no record where one should begin; ${next - at} bytes passed over`);
    return next;
  }

  #endFrom(from: number): number {
    return Math.max(from, Math.min(this.#header.end, this.#bytes.length));
  }

  #finish(): void {
    if (!this.#header.isCut || this.#isFinished) return;
    this.#isFinished = true;
    this.#tellMissing(this.#missingAtEnd(), this.#bytes.length, "the file ends in the middle of this chunk");
  }

  #missingAtEnd(): number | undefined {
    const { ids } = this.#header;
    return ids && this.#missingBefore(ids.last + 1n);
  }

  /** How many records are missing between the last that was found and the one with this number. */
  #missingBefore(next: bigint): number | undefined {
    const { ids } = this.#header;
    const last = this.#last === undefined ? ids && ids.first - 1n : this.#idAt(this.#last);
    return last === undefined ? undefined : missingBetween(last, next);
  }

  /** Bytes that no record is missing for are odd, and no loss. */
  #tellMissing(records: number | undefined, at: number, reason: string): void {
    this.#tell({ kind: records === 0 ? "verdict" : "lost", at, reason, recordId: undefined, records });
  }

  #tellOfRecord(at: number, reason: string): void {
    this.#tell({ kind: "verdict", at, reason, recordId: this.#idAt(at), records: 0 });
  }
}

/** A chunk's records are numbered one by one; undefined where that cannot be so. */
function missingBetween(last: bigint, next: bigint): number | undefined {
  const missing = Number(next - last - 1n);
  return missing >= 0 && missing <= CHUNK_SIZE / RECORD_OVERHEAD ? missing : undefined;
}
