import { closeSync, fstatSync, openSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Damage } from "../../ingest/evtx/damage.ts";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { recordToJson } from "../../ingest/evtx/json.ts";
import { createRandom } from "../../simulator/random.ts";
import { hasCorpus } from "../corpus.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";
import { EVTX } from "./corpus.ts";

const HEADER = 4_096;
const CHUNK = 65_536;
/** Its header says 3 chunks where 15 are; 1,881 records. */
const original = hasCorpus ? readFileSync(join(EVTX, "omerbenamram_evtx/system.evtx")) : Buffer.alloc(0);

/** The offset of the record with this index in a chunk. */
function recordAt(bytes: Buffer, chunk: number, index: number): number {
  let at = HEADER + chunk * CHUNK + 512;
  for (let left = index; left > 0; left--) at += bytes.readUInt32LE(at + 4);
  return at;
}

/** What other readers make of the same damage, the best of four, and what must be said of it. */
const VARIANTS: readonly {
  readonly name: string;
  readonly best: number;
  /** How many records must at least be as they were. */
  readonly intact: number;
  readonly said: RegExp | undefined;
  readonly damage: (bytes: Buffer) => Buffer;
}[] = [
  {
    name: "a chunk's magic is destroyed",
    best: 1_766,
    intact: 1_881,
    said: /chunk's magic is missing/,
    damage: (bytes) => bytes.fill(0, HEADER + 5 * CHUNK, HEADER + 5 * CHUNK + 8),
  },
  {
    name: "64 bytes of a record's values are flipped",
    best: 1_881,
    intact: 1_880,
    said: /checksum over the chunk's records is wrong/,
    damage: (bytes) => {
      const at = recordAt(bytes, 3, 20) + bytes.readUInt32LE(recordAt(bytes, 3, 20) + 4) - 100;
      for (let offset = at; offset < at + 64; offset++) bytes[offset] = ~(bytes[offset] ?? 0) & 0xff;
      return bytes;
    },
  },
  {
    name: "200 bits anywhere are flipped",
    best: 1_815,
    intact: 1_400,
    said: /checksum/,
    damage: (bytes) => {
      const random = createRandom("bits");
      for (let left = 200; left > 0; left--) {
        const at = random.int(HEADER, HEADER + 15 * CHUNK - 1);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
      }
      return bytes;
    },
  },
  {
    name: "a record's size is broken",
    best: 1_880,
    intact: 1_881,
    said: /two sizes do not agree/,
    damage: (bytes) => {
      bytes.writeUInt32LE(0xffff_fff0, recordAt(bytes, 2, 10) + 4);
      return bytes;
    },
  },
  {
    name: "a record's magic is destroyed",
    best: 1_880,
    intact: 1_881,
    said: /record's magic is destroyed/,
    damage: (bytes) => {
      bytes.writeUInt32LE(0, recordAt(bytes, 2, 10));
      return bytes;
    },
  },
  {
    name: "the header claims one chunk",
    best: 1_881,
    intact: 1_881,
    said: /file header's checksum/,
    damage: (bytes) => {
      bytes.writeUInt16LE(1, 42);
      return bytes;
    },
  },
  {
    name: "a chunk's header is stale: it states an end in its middle, as in a live log",
    best: 1_881,
    intact: 1_881,
    said: undefined,
    damage: (bytes) => {
      const chunk = HEADER + 14 * CHUNK;
      bytes.writeUInt32LE(recordAt(bytes, 14, 5) - chunk, chunk + 48);
      return bytes;
    },
  },
  {
    name: "a chunk's header has a wrong checksum",
    best: 1_881,
    intact: 1_881,
    said: /chunk header's checksum is wrong/,
    damage: (bytes) => {
      bytes.writeUInt32LE(0, HEADER + 4 * CHUNK + 124);
      return bytes;
    },
  },
  {
    name: "the file is cut in the middle of a chunk",
    best: 571,
    // The others lose the chunk that is cut.
    intact: 620,
    said: /the file ends in the middle of this chunk/,
    damage: (bytes) => bytes.subarray(0, HEADER + 5 * CHUNK + CHUNK / 2),
  },
];

describe.skipIf(!hasCorpus)("Of a log with damage the rest is read, and the damage named:", () => {
  const whole = new Set(hasCorpus ? readAll(original).lines : []);

  test.each(VARIANTS)("$name", ({ best, intact, said, damage }) => {
    const { lines, told } = readAll(damage(Buffer.from(original)));
    expect(lines.length).toBeGreaterThanOrEqual(best);
    expect(new Set(lines.filter((line) => whole.has(line))).size).toBeGreaterThanOrEqual(intact);
    const reasons = told.map(({ reason }) => reason).join("\n");
    if (said !== undefined) expect(reasons).toMatch(said);
  });

  test("whatever the cut, each record that is whole before it comes, and those that do not are counted as far as the headers of its chunk and of the file tell", () => {
    const random = createRandom("cuts");
    const all = readAll(original).offsets;
    for (let left = 20; left > 0; left--) {
      const cut = random.int(HEADER, HEADER + 4 * CHUNK);
      const { offsets, lost } = readAll(original.subarray(0, cut));
      expect(offsets).toEqual(all.filter(([, end]) => end <= cut));
      const chunk = Math.floor((cut - HEADER) / CHUNK);
      const there = all.filter(([, end]) => end <= HEADER + (chunk + 1) * CHUNK).length;
      // The file's header was written when its third chunk had 308 as its last.
      if (cut >= HEADER + chunk * CHUNK + 512) expect(lost).toBe(Math.max(there, chunk < 2 ? 308 : 0) - offsets.length);
    }
  });

  const GONE: readonly (readonly [string, number, number, (bytes: Buffer) => Buffer])[] = [
    ["is emptied", 5, 6, (bytes) => bytes.fill(0, at(5), at(6))],
    ["is overwritten", 5, 6, (bytes) => bytes.fill(0xff, at(5), at(6))],
    [
      "is overwritten with noise",
      5,
      6,
      (bytes) => Buffer.concat([bytes.subarray(0, at(5)), noise(CHUNK), bytes.subarray(at(6))]),
    ],
    ["is overwritten with the three behind it", 5, 9, (bytes) => bytes.fill(0xff, at(5), at(9))],
    ["is cut out", 5, 6, (bytes) => Buffer.concat([bytes.subarray(0, at(5)), bytes.subarray(at(6))])],
    ["is the last, and destroyed", 14, 15, (bytes) => bytes.fill(0xff, at(14), at(15))],
    ["is cut off with all behind it", 5, 15, (bytes) => bytes.subarray(0, at(5))],
  ];

  test.each(GONE)("a chunk that %s is counted in records", (_, from, to, destroy) => {
    const all = readAll(original).offsets;
    const { offsets, lost, told } = readAll(destroy(withTrueHeader(original)));
    const gone = all.filter(([begin]) => begin >= at(from) && begin < at(to)).length;
    expect([offsets.length, lost]).toEqual([all.length - gone, gone]);
    expect(told.filter(({ kind }) => kind === "lost").map(({ chunk }) => chunk)).toEqual([from]);
  });

  test("also when the file is read in parts, each loss once", () => {
    const bytes = withTrueHeader(original).fill(0xff, at(5), at(7)).fill(0, at(9), at(10));
    using folder = new TemporaryFolder();
    writeFileSync(folder.file("log.evtx"), bytes);
    using file = openEvtx(folder.file("log.evtx"));
    const lostBy = (parts: readonly (readonly [number, number])[]) => {
      const told: Damage[] = [];
      for (const [first, end] of parts) for (const _ of file.records((damage) => told.push(damage), first, end));
      return told.filter(({ kind }) => kind === "lost");
    };
    const whole = lostBy([[0, 15]]);
    expect(whole.map(({ chunk }) => chunk)).toEqual([5, 9]);
    for (let cut = 1; cut < 15; cut++)
      expect(
        lostBy([
          [0, cut],
          [cut, 15],
        ]),
        `cut at ${cut}`,
      ).toEqual(whole);
  });

  test("a file of which not even the header is whole has lost what its header counts", () => {
    for (const length of [2_000, HEADER]) {
      const { offsets, told } = readAll(withTrueHeader(original).subarray(0, length));
      expect(offsets).toEqual([]);
      expect(told.map(({ kind }) => kind)).toEqual(["lost"]);
    }
  });

  test("other bytes behind the last chunk are no loss", () => {
    const { offsets, told } = readAll(Buffer.concat([withTrueHeader(original), Buffer.from("hello")]));
    expect(offsets).toHaveLength(1_881);
    expect(told.map(({ kind }) => kind)).toEqual(["verdict"]);
  });

  test("a file that becomes shorter while it is read says so", () => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file("log.evtx"), original);
    using file = openEvtx(folder.file("log.evtx"));
    const told: Damage[] = [];
    let records = 0;
    for (const _ of file.records((damage) => told.push(damage)))
      if (++records === 600) truncateSync(file.path, 100_000);
    expect(records).toBeLessThan(1_881);
    expect(told.map(({ reason }) => reason)).toContain("the file has become shorter while it was read");
  });

  test("a file that has been closed is not read, nor closed again", () => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file("log.evtx"), original);
    const file = openEvtx(folder.file("log.evtx"));
    file[Symbol.dispose]();
    const other = openSync(folder.file("log.evtx"), "r");
    file[Symbol.dispose]();
    expect(fstatSync(other).size).toBe(original.length);
    closeSync(other);
    expect(() => [...file.records(() => {})]).toThrow(/has been closed/);
  });

  test("whatever is blanked, the records that are lost are counted", () => {
    const random = createRandom("blanks");
    const all = readAll(original).offsets;
    for (let left = 20; left > 0; left--) {
      const bytes = Buffer.from(original);
      const from = random.int(recordAt(bytes, 1, 10), recordAt(bytes, 1, 90));
      const { offsets, lost } = readAll(bytes.fill(0, from, from + random.int(1, 4_000)));
      expect(offsets.length + lost).toBe(all.length);
    }
  });
});

/** Where a chunk begins. */
function at(chunk: number): number {
  return HEADER + chunk * CHUNK;
}

/** The same log with a header that counts all its chunks. */
function withTrueHeader(log: Buffer): Buffer {
  const bytes = Buffer.from(log);
  bytes.writeBigUInt64LE(14n, 16);
  bytes.writeBigUInt64LE(1_882n, 24);
  bytes.writeUInt16LE(15, 42);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 120)), 124);
  return bytes;
}

function noise(length: number): Buffer {
  const random = createRandom("noise");
  return Buffer.from(Array.from({ length }, () => random.int(0, 255)));
}

function readAll(bytes: Buffer) {
  using folder = new TemporaryFolder();
  writeFileSync(folder.file("log.evtx"), bytes);
  using file = openEvtx(folder.file("log.evtx"));
  const told: Damage[] = [];
  const lines: string[] = [];
  const offsets: (readonly [number, number])[] = [];
  for (const record of file.records((damage) => told.push(damage))) {
    lines.push(recordToJson(record));
    offsets.push([record.offset, record.offset + record.size]);
  }
  return { lines, told, offsets, lost: told.reduce((sum, { records }) => sum + (records ?? Number.NaN), 0) };
}
