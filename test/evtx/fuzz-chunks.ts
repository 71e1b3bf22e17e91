import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { createRandom } from "../../simulator/random.ts";
import { corpusFiles, EVTX } from "./corpus.ts";
import { mutate } from "./mutate.ts";
import { type Reading, readEverything, readFile } from "./read-everything.ts";

/** A record's output stays below this many characters, whatever is in it (`MAX_EXPANSION` of the reader, and six for the escaping of each). */
export const MOST_OUTPUT = 6 * (4 << 20);

/** Of a log that counts four chunks, its checksum right. */
const FILE_HEADER = fileHeader();

function fileHeader(): Buffer {
  const header = Buffer.alloc(4_096);
  header.write("ElfFile\0", "latin1");
  header.writeBigUInt64LE(3n, 16);
  header.writeBigUInt64LE(500n, 24);
  header.writeUInt16LE(4, 42);
  header.writeUInt32LE(crc32(header.subarray(0, 120)), 124);
  return header;
}

/** The first chunks of each real file: those that differ most from each other. */
export function realChunks(perFile: number): readonly Buffer[] {
  return corpusFiles.flatMap((path) => {
    const bytes = readFileSync(join(EVTX, path));
    const count = Math.min(perFile, Math.floor((bytes.length - 4_096) / 65_536));
    return Array.from({ length: Math.max(0, count) }, (_, index) =>
      Buffer.from(bytes.subarray(4_096 + index * 65_536, 4_096 + (index + 1) * 65_536)),
    );
  });
}

/** A log of some of these chunks, mutated as a whole: its header too, and places where chunks meet. */
export function fuzzFile(chunks: readonly Buffer[], seed: string, number: number): Reading {
  const random = createRandom(`${seed}/file/${number}`);
  const log = () =>
    Buffer.concat([FILE_HEADER, ...Array.from({ length: random.int(1, 4) }, () => random.pick(chunks))]);
  return readFile(mutate(log(), log(), random));
}

/** One case, the same whenever it is run again with the same seed and number. */
export function fuzzCase(chunks: readonly Buffer[], seed: string, number: number): Reading {
  const random = createRandom(`${seed}/${number}`);
  return readEverything(mutate(random.pick(chunks), random.pick(chunks), random), random.chance(0.5));
}
