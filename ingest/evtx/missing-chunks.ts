import { CHUNK_SIZE } from "./chunk-header.ts";
import { CHUNK_HEADER, RECORD_OVERHEAD } from "./record-search.ts";

/** So many records fit into a chunk at most. */
const MOST_RECORDS = BigInt(Math.floor((CHUNK_SIZE - CHUNK_HEADER) / RECORD_OVERHEAD));

/** The numbers of a chunk's first and last record. */
export interface ChunkNumbers {
  readonly first: bigint;
  readonly last: bigint;
}

/** What a file's header says of its chunks, where its checksum is right. */
export interface StatedChunks {
  readonly count: number;
  /** The number of the chunk that was written last. */
  readonly newest: bigint;
  /** The number that the next record will get. */
  readonly nextRecord: bigint;
}

/** A place where whole chunks are missing, or cannot be read. */
export interface MissingChunk {
  /** Where they should begin, counted in chunks of the file. */
  readonly index: number;
  /** Undefined where nothing tells how many. */
  readonly records: number | undefined;
  readonly reason: string;
}

/**
 * Tells which records went with whole chunks that were destroyed, emptied, cut out or cut off: a log numbers its records one by one, so the numbers in the
 * chunks around show it. Where a log has begun anew at its first chunk the numbers fall, and where copies of several moments are joined they leap
 * further than what is missing could hold; there nothing is said.
 */
export class MissingChunks {
  /** Places for chunks in the file. */
  readonly #places: number;
  readonly #stated: StatedChunks | undefined;
  /** How many chunks the file should have and has no place for. */
  readonly #absent: number;
  #before: { readonly index: number; readonly last: bigint } | undefined;

  constructor(places: number, stated: StatedChunks | undefined) {
    this.#places = places;
    this.#stated = stated;
    this.#absent = Math.max(0, (stated?.count ?? 0) - places);
  }

  /** A chunk that has been read; `numbers` are undefined where they are not to be believed. One without records may as well not be there. */
  read(index: number, numbers: ChunkNumbers | undefined, isEmpty: boolean): MissingChunk | undefined {
    if (numbers === undefined) {
      if (!isEmpty) this.#before = undefined;
      return undefined;
    }
    const before = this.#before;
    this.#before = { index, last: numbers.last };
    if (before === undefined) return undefined;
    const unread = index - before.index - 1;
    // Chunks that follow each other can still have lost one between them, whose place has been cut out.
    const records = this.#missing(before.last, numbers.first, unread + Math.max(1, this.#absent));
    if (records === undefined || records === 0) return undefined;
    const where =
      unread === 0 ? "before this chunk" : unread === 1 ? "in this chunk" : `in ${unread} chunks from here on`;
    return {
      index: before.index + 1,
      records,
      reason: `${records} records are missing ${where}, as the numbers around show`,
    };
  }

  /** To be asked when the last chunk has been read. */
  end(): MissingChunk | undefined {
    const stated = this.#stated;
    if (stated === undefined) return undefined;
    const { index, last } = this.#before ?? { index: -1, last: undefined };
    const isNewestMissing = stated.newest > BigInt(index);
    const unread = this.#places - 1 - index + this.#absent;
    const records = last === undefined || !isNewestMissing ? undefined : this.#missing(last, stated.nextRecord, unread);
    if (this.#absent === 0 && (records === undefined || records === 0)) return undefined;
    const reason = `the file's header counts ${stated.count} chunks and a next record ${stated.nextRecord}; ${this.#places === 1 ? "1 is" : `${this.#places} are`} there`;
    return { index: this.#absent > 0 ? this.#places : index + 1, records, reason };
  }

  #missing(last: bigint, next: bigint, chunks: number): number | undefined {
    const missing = next - last - 1n;
    return missing >= 0n && missing <= BigInt(chunks) * MOST_RECORDS ? Number(missing) : undefined;
  }
}
