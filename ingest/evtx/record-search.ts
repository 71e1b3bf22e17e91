import { u32 } from "./ascii.ts";

/** Size of a chunk's header, which its records follow. */
export const CHUNK_HEADER = 512;
/** `**\0\0`, with which each record begins. */
export const RECORD_MAGIC = Buffer.from([0x2a, 0x2a, 0, 0]);
/** Magic, size, record id, time written; then the content; then the size again. */
export const RECORD_HEADER = 24;
export const RECORD_OVERHEAD = RECORD_HEADER + 4;

export function hasMagicAt(bytes: Buffer, at: number): boolean {
  return at + 4 <= bytes.length && u32(bytes, at) === 0x00002a2a;
}

/** The size that a record states at both its ends, if these agree and it fits. */
export function soundSize(bytes: Buffer, at: number): number | undefined {
  if (at + RECORD_OVERHEAD > bytes.length) return undefined;
  const size = u32(bytes, at + 4);
  if (size < RECORD_OVERHEAD || at + size > bytes.length) return undefined;
  return u32(bytes, at + size - 4) === size ? size : undefined;
}

/** Where the next sound record begins; undefined when there is none. */
export function nextRecord(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(RECORD_MAGIC, from); at !== -1; at = bytes.indexOf(RECORD_MAGIC, at + 1))
    if (soundSize(bytes, at) !== undefined) return at;
  return undefined;
}

/** The end of the last sound record that a search from behind finds. */
export function lastRecordEnd(bytes: Buffer): number {
  for (let at = bytes.lastIndexOf(RECORD_MAGIC); at >= CHUNK_HEADER; at = bytes.lastIndexOf(RECORD_MAGIC, at - 1)) {
    const size = soundSize(bytes, at);
    if (size !== undefined) return at + size;
  }
  return CHUNK_HEADER;
}
