import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { recordToJson } from "../../ingest/evtx/json.ts";
import { recoverRecords } from "../../ingest/evtx/recover.ts";
import { createRandom } from "../../simulator/random.ts";
import { hasCorpus } from "../corpus.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";
import { EVTX } from "./corpus.ts";

const HEADER = 4_096;
const CHUNK = 65_536;
const original = hasCorpus ? readFileSync(join(EVTX, "omerbenamram_evtx/system.evtx")) : Buffer.alloc(0);
const TOTAL = 1_881;

test("a file of nothing but magics has no records, and takes no longer than any other", () => {
  for (const magic of ["ElfChnk\0", "**\0\0", `ElfChnk\0${"-".repeat(600)}`])
    expect(recover(Buffer.alloc(4 << 20, magic)).lines).toEqual([]);
});

describe.skipIf(!hasCorpus)("Recovery", () => {
  const whole = new Set(hasCorpus ? ordinaryLines(original) : []);

  test("gives a whole log as it is, and nothing twice", () => {
    const found = recover(original);
    expect(found.lines).toEqual(ordinaryLines(original));
    expect(found.from).toEqual(new Set([undefined]));
  });

  test("finds the chunks of a disk image at any offset, copies of a record only once", () => {
    const noise = Buffer.from(Array.from({ length: 100_001 }, (_, index) => (index * index * 7919) & 0xff));
    const image = Buffer.concat([noise, original.subarray(HEADER), noise, original.subarray(HEADER)]);
    const { lines, from } = recover(image);
    expect(new Set(lines)).toEqual(whole);
    expect(lines.length).toBe(TOTAL);
    expect(from).toEqual(new Set(["chunk"]));
  });

  test("finds the records of a chunk whose beginning is gone, by their place and by other chunks' templates", () => {
    const piece = original.subarray(HEADER + 5 * CHUNK + 600);
    const { lines, from } = recover(piece);
    expect(from).toContain("loose");
    // Chunk 5 has 130 records, of which the first is cut.
    expect(lines.length).toBeGreaterThan(TOTAL - 571 - 130 + 40);
    for (const line of lines) expect(whole).toContain(line);
  });

  test("finds what the header of a used-again chunk no longer counts", () => {
    const bytes = Buffer.from(original);
    const at = HEADER + 3 * CHUNK;
    let end = 512;
    for (let left = 30; left > 0; left--) end += bytes.readUInt32LE(at + end + 4);
    bytes.writeUInt32LE(end, at + 48);
    // The next record's number must not go on: else the header is taken to lag behind.
    bytes.fill(0, at + end, at + end + 24);
    const before = ordinaryLines(bytes);
    const { lines, slack } = recover(bytes);
    expect(before.length).toBeLessThan(TOTAL - 80);
    expect(slack).toBe(TOTAL - before.length - 1);
    for (const line of lines) expect(whole).toContain(line);
  });

  test("takes another chunk's definition where the own one is damaged behind its GUID", () => {
    const bytes = Buffer.from(original);
    const at = HEADER + 3 * CHUNK;
    for (let offset = at + 574; offset < at + 638; offset++) bytes[offset] = ~(bytes[offset] ?? 0) & 0xff;
    expect(ordinaryLines(bytes).length).toBeLessThan(TOTAL);
    expect(new Set(recover(bytes).lines)).toEqual(whole);
  });

  test("of a log with random damage gives no less than reading it does, and each record once", () => {
    const random = createRandom("recovery");
    for (let left = 3; left > 0; left--) {
      const bytes = Buffer.from(original);
      for (let hits = 20; hits > 0; hits--) {
        const at = random.int(HEADER, bytes.length - 5_000);
        bytes.fill(random.int(0, 255), at, at + random.int(1, 5_000));
      }
      const own = ordinaryLines(bytes);
      const { lines } = recover(bytes);
      expect(lines.slice(0, own.length)).toEqual(own);
      expect(new Set(lines.slice(own.length)).size).toBe(lines.length - own.length);
    }
  });
});

function ordinaryLines(bytes: Buffer): readonly string[] {
  using folder = new TemporaryFolder();
  writeFileSync(folder.file("log.evtx"), bytes);
  using file = openEvtx(folder.file("log.evtx"));
  return Array.from(
    file.records(() => {}),
    recordToJson,
  );
}

function recover(bytes: Buffer) {
  using folder = new TemporaryFolder();
  writeFileSync(folder.file("image"), bytes);
  const lines: string[] = [];
  const from = new Set<string | undefined>();
  let slack = 0;
  for (const { record, recovered } of recoverRecords(folder.file("image"), () => {})) {
    lines.push(recordToJson(record));
    from.add(recovered);
    if (recovered === "slack") slack++;
  }
  return { lines, from, slack };
}
