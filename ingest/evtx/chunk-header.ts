import { crc32 } from "node:zlib";
import type { Damage } from "./damage.ts";
import { CHUNK_HEADER, lastRecordEnd } from "./record-search.ts";

export const CHUNK_SIZE = 65_536;
export const CHUNK_MAGIC = "ElfChnk\0";

/** What a chunk's header says, as far as it is to be believed. */
export interface ChunkHeader {
  /** Where its records end: free space begins, or what an older round of the log has left. */
  readonly end: number;
  /** Records with a smaller number are from an older round; known only where the end had to be guessed. */
  readonly firstId: bigint | undefined;
  /** The numbers of its first and last record, where the header is to be believed. */
  readonly ids: { readonly first: bigint; readonly last: bigint } | undefined;
  /** The file ends in its middle. */
  readonly isCut: boolean;
  /** The checksum over its records is right. */
  readonly isVerified: boolean;
}

type Tell = (kind: Damage["kind"], at: number, reason: string) => void;

/** Reads and verifies a chunk's header. What is wrong with it is told, and is no reason not to look for the chunk's records. */
export function readChunkHeader(bytes: Buffer, unchecked: boolean, tell: Tell): ChunkHeader {
  if (bytes.length < CHUNK_HEADER) {
    // Other bytes at the end of a file are odd, and no loss.
    const kind = CHUNK_MAGIC.startsWith(bytes.toString("latin1", 0, CHUNK_MAGIC.length)) ? "lost" : "verdict";
    tell(kind, 0, `the file ends ${bytes.length} bytes into a chunk's header`);
    return { end: 0, firstId: undefined, ids: undefined, isCut: false, isVerified: false };
  }
  if (bytes.toString("latin1", 0, 8) !== CHUNK_MAGIC) {
    tell("verdict", 0, "the chunk's magic is missing; its records were looked for all the same");
    return guessed(bytes, false);
  }
  const isCut = bytes.length < CHUNK_SIZE;
  if (!unchecked && headerChecksum(bytes) !== bytes.readUInt32LE(124)) {
    tell("verdict", 0, "the chunk header's checksum is wrong");
    return guessed(bytes, isCut);
  }
  const end = bytes.readUInt32LE(48);
  if (end < CHUNK_HEADER || end > CHUNK_SIZE) return guessed(bytes, isCut);
  const isVerified =
    bytes.length >= end && !unchecked && crc32(bytes.subarray(CHUNK_HEADER, end)) === bytes.readUInt32LE(52);
  if (bytes.length >= end && !unchecked && !isVerified)
    tell("verdict", 0, "the checksum over the chunk's records is wrong");
  const ids = { first: bytes.readBigUInt64LE(24), last: bytes.readBigUInt64LE(32) };
  return { end: Math.min(end, bytes.length), firstId: undefined, ids, isCut, isVerified };
}

/** CRC-32 over the header without itself and the flags before it, and over both tables. */
function headerChecksum(bytes: Buffer): number {
  return crc32(bytes.subarray(128, CHUNK_HEADER), crc32(bytes.subarray(0, 120)));
}

function guessed(bytes: Buffer, isCut: boolean): ChunkHeader {
  const stated = bytes.readBigUInt64LE(24);
  const found = bytes.length < CHUNK_HEADER + 16 ? stated : bytes.readBigUInt64LE(CHUNK_HEADER + 8);
  return {
    end: lastRecordEnd(bytes),
    firstId: stated < found ? stated : found,
    ids: undefined,
    isCut,
    isVerified: false,
  };
}
