import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeEvtx } from "../../simulator/evtx-writer/write-evtx.ts";
import { log } from "./events.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const CHUNK = 65_536;

describe("A written EVTX file is whole", () => {
  test("headers, checksums, counts and record numbers agree", () => {
    using folder = new TemporaryFolder();
    fc.assert(
      fc.property(log, (events) => {
        const written = writeEvtx(folder.file("log.evtx"), events);
        const bytes = readFileSync(folder.file("log.evtx"));
        const records = chunksOf(bytes).flatMap(checkedRecords);
        expect(written).toBe(events.length);
        expect(records).toEqual(events.map(({ recordId }) => recordId));
        checkFileHeader(bytes, events.length);
      }),
      { numRuns: 40 },
    );
  });

  test("every name of a chunk is found through its table of names, stored once", () => {
    using folder = new TemporaryFolder();
    fc.assert(
      fc.property(log, (events) => {
        writeEvtx(folder.file("log.evtx"), events);
        for (const chunk of chunksOf(readFileSync(folder.file("log.evtx")))) {
          const names = chainedNames(chunk);
          expect(new Set(names).size).toBe(names.length);
          expect(names).toEqual(expect.arrayContaining(["Event", "System", "Provider", "EventID", "Computer"]));
        }
      }),
      { numRuns: 20 },
    );
  });

  test("a log without events is a file without chunks", () => {
    using folder = new TemporaryFolder();
    expect(writeEvtx(folder.file("empty.evtx"), [])).toBe(0);
    const bytes = readFileSync(folder.file("empty.evtx"));
    expect(bytes.length).toBe(4096);
    checkFileHeader(bytes, 0);
  });
});

function chunksOf(bytes: Buffer): readonly Buffer[] {
  const count = (bytes.length - 4096) / CHUNK;
  return Array.from({ length: count }, (_, index) => bytes.subarray(4096 + index * CHUNK, 4096 + (index + 1) * CHUNK));
}

function checkFileHeader(bytes: Buffer, records: number): void {
  const chunks = (bytes.length - 4096) / CHUNK;
  expect(bytes.toString("latin1", 0, 8)).toBe("ElfFile\0");
  expect(bytes.readBigUInt64LE(16)).toBe(BigInt(Math.max(0, chunks - 1)));
  expect(bytes.readBigUInt64LE(24)).toBe(BigInt(records + 1));
  expect(bytes.readUInt16LE(42)).toBe(chunks);
  expect(bytes.readUInt32LE(120)).toBe(0);
  expect(bytes.readUInt32LE(124)).toBe(crc32(bytes.subarray(0, 120)));
}

/** The ids of a chunk's records, after comparing its header with them. */
function checkedRecords(chunk: Buffer): readonly bigint[] {
  const free = chunk.readUInt32LE(48);
  const ids: bigint[] = [];
  let last = 0;
  for (let at = 512; at < free; at += chunk.readUInt32LE(at + 4)) {
    expect(chunk.readUInt32LE(at)).toBe(0x2a2a);
    const size = chunk.readUInt32LE(at + 4);
    expect(size % 8).toBe(0);
    expect(chunk.readUInt32LE(at + size - 4)).toBe(size);
    ids.push(chunk.readBigUInt64LE(at + 8));
    last = at;
  }
  expect(chunk.toString("latin1", 0, 8)).toBe("ElfChnk\0");
  expect([8, 16, 24, 32].map((at) => chunk.readBigUInt64LE(at))).toEqual([ids[0], ids.at(-1), ids[0], ids.at(-1)]);
  expect(chunk.readUInt32LE(44)).toBe(last);
  expect(chunk.readUInt32LE(52)).toBe(crc32(chunk.subarray(512, free)));
  expect(chunk.readUInt32LE(124)).toBe(crc32(Buffer.concat([chunk.subarray(0, 120), chunk.subarray(128, 512)])));
  return ids;
}

/** The names in the 64 chains of a chunk's table; each must stand in the chain of its hash. */
function chainedNames(chunk: Buffer): readonly string[] {
  return Array.from({ length: 64 }, (_, bucket) => bucket).flatMap((bucket) => {
    const names: string[] = [];
    for (let at = chunk.readUInt32LE(128 + 4 * bucket); at !== 0; at = chunk.readUInt32LE(at)) {
      expect(chunk.readUInt16LE(at + 4) % 64).toBe(bucket);
      const length = chunk.readUInt16LE(at + 6);
      names.push(chunk.toString("utf16le", at + 8, at + 8 + 2 * length));
    }
    return names;
  });
}
