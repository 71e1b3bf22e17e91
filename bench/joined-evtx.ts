import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { evtxFiles } from "./evtx-files.ts";

const HEADER = 4096;
const CHUNK = 65_536;

/** The chunks of EVTX files that are well filled and whose checksums hold, each once. */
function* soundChunks(folder: string): Generator<Buffer> {
  const seen = new Set<number>();
  for (const path of evtxFiles(folder)) {
    const bytes = readFileSync(path);
    for (let at = HEADER; at + CHUNK <= bytes.length; at += CHUNK) {
      const chunk = bytes.subarray(at, at + CHUNK);
      if (chunk.toString("latin1", 0, 8) !== "ElfChnk\0") continue;
      const free = chunk.readUInt32LE(48);
      const checksum = chunk.readUInt32LE(52);
      if (free <= 45_000 || free > CHUNK || seen.has(checksum)) continue;
      if (crc32(chunk.subarray(128, 512), crc32(chunk.subarray(0, 120))) !== chunk.readUInt32LE(124)) continue;
      if (crc32(chunk.subarray(512, free)) !== checksum) continue;
      seen.add(checksum);
      yield chunk;
    }
  }
}

/**
 * Writes one large file of the sound chunks of the EVTX files in a folder, round after round, until it has `size` bytes. Record numbers come
 * again each round. Returns how many distinct chunks there are.
 */
export function joinEvtx(folder: string, size: number, path: string): number {
  const pool = [...soundChunks(folder)];
  if (pool.length === 0) throw new Error(`${folder}: no EVTX file with a full chunk whose checksum holds`);
  const count = Math.ceil(size / CHUNK);
  const header = Buffer.alloc(HEADER);
  header.write("ElfFile\0", "latin1");
  header.writeBigUInt64LE(BigInt(count - 1), 16);
  header.writeBigUInt64LE(10_000_000n, 24);
  header.writeUInt32LE(128, 32);
  header.writeUInt16LE(1, 36);
  header.writeUInt16LE(3, 38);
  header.writeUInt16LE(HEADER, 40);
  header.writeUInt16LE(count & 0xffff, 42);
  header.writeUInt32LE(crc32(header.subarray(0, 120)), 124);
  const file = openSync(path, "w");
  writeSync(file, header);
  for (let index = 0; index < count; index++) writeSync(file, pool[index % pool.length] ?? header);
  closeSync(file);
  return pool.length;
}
