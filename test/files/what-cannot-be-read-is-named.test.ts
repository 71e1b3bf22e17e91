import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scan } from "../../pipeline/scan.ts";
import { scanOptions } from "../pipeline/scan-options.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const EVENT = JSON.stringify({
  Event: {
    System: {
      Provider: { "#attributes": { Name: "Schannel" } },
      EventID: 36887,
      TimeCreated: { "#attributes": { SystemTime: "2026-02-01T10:00:00.1234567Z" } },
      EventRecordID: 7,
      Channel: "System",
      Computer: "EDGE01",
    },
  },
});

function write(name: string, content: string | Buffer): string {
  const path = folder.file(name);
  writeFileSync(path, content);
  return path;
}

async function damageOf(...paths: readonly string[]) {
  const { records, unreadable, damage } = await scan(scanOptions(paths, { jobs: 1 }));
  return { records, unreadable, damage: damage.map(({ places, ...counts }) => ({ ...counts, places: [...places] })) };
}

test("a message that is no event is lost, with its line and the reason; the others are read", async () => {
  const file = write("a.jsonl", `${EVENT}\n{"hello":1}\n\n{"Event":{"System":{"EventID":1}}}\n${EVENT}\n`);
  const offset = EVENT.length + 1;
  expect(await damageOf(file)).toMatchObject({
    records: 2,
    unreadable: 2,
    damage: [
      {
        file,
        lost: 2,
        places: [
          { line: 2, offset, reason: "It is none of the known formats." },
          { line: 4, offset: offset + 13, reason: "It names no provider." },
        ],
      },
    ],
  });
});

test("of any number of bad messages the first places are kept and all are counted", async () => {
  const file = write("a.json", `${EVENT}\n${"x\n".repeat(100_000)}`);
  const { damage } = await damageOf(file);
  expect(damage).toMatchObject([{ lost: 100_000, places: [{ line: 2 }, { line: 3 }, { line: 4 }] }]);
});

test("a packed file that is cut off, broken or not packed at all gives what it has", async () => {
  const packed = gzipSync(`${EVENT}\n`.repeat(5_000));
  const cut = write("cut.jsonl.gz", packed.subarray(0, packed.length - 20));
  const plain = write("plain.jsonl.gz", EVENT);
  const { records, damage } = await damageOf(cut, plain);
  expect(records).toBeGreaterThan(0);
  expect(damage).toMatchObject([
    { file: cut, lost: 1, places: [{ reason: "it cannot be read further (unexpected end of file)" }] },
    { file: plain, lost: 1, places: [{ line: 1, reason: "it cannot be read further (incorrect header check)" }] },
  ]);
});

test("a file without events is said once: lost when it was named, no fault when it was found in a folder", async () => {
  mkdirSync(folder.file("logs"));
  write("logs/events.xml", "<Events></Events>");
  write("logs/package.json", JSON.stringify({ name: "x", scripts: {} }, undefined, 2));
  const settings = write("logs/settings.JSON", '{\n  // of somebody\n  "a": 1\n}\n');
  const numbers = write("logs/numbers.json", "1\n".repeat(1000));
  write("logs/read-me.txt", "none");
  expect(await damageOf(folder.file("logs"))).toMatchObject({
    records: 0,
    unreadable: 0,
    damage: [
      { file: numbers, lost: 0, places: [{ kind: "foreign", line: 1 }] },
      { file: folder.file("logs/package.json"), lost: 0, places: [{ reason: "It is none of the known formats." }] },
      { file: settings, lost: 0 },
    ],
  });
  expect(await damageOf(numbers)).toMatchObject({
    unreadable: 1,
    damage: [{ lost: 1, places: [{ reason: "there are no events in it: It is JSON, but not an object." }] }],
  });
});

test("the format can be fixed: what has another is lost", async () => {
  const file = write("a.json", EVENT);
  const { records, unreadable } = await scan(scanOptions([file], { messageFormat: "winlogbeat" }));
  expect({ records, unreadable }).toEqual({ records: 0, unreadable: 1 });
  expect(await scan(scanOptions([file], { messageFormat: "evtx-dump" }))).toMatchObject({ records: 1, unreadable: 0 });
});

test("a pipe is not waited for", async () => {
  const pipe = folder.file("pipe.jsonl");
  execFileSync("mkfifo", [pipe]);
  await expect(damageOf(pipe)).rejects.toThrow(`${pipe}: this is a pipe`);
});

test("an empty file has nothing to lose", async () => {
  expect(await damageOf(write("a.json", ""), write("b.xml", "\n"), write("c.jsonl.gz", gzipSync("")))).toEqual({
    records: 0,
    unreadable: 0,
    damage: [],
  });
});

test.skipIf(process.getuid?.() === 0)(
  "a file that may not be read: a mistake when named, lost when found",
  async () => {
    const file = write("a.json", EVENT);
    chmodSync(file, 0);
    await expect(scan(scanOptions([file]))).rejects.toThrow(`${file}: cannot be read (EACCES)`);
    expect(await damageOf(folder.path)).toMatchObject({ unreadable: 1 });
  },
);
