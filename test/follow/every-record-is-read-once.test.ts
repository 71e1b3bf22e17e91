import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { readFirst } from "../../model/event.ts";
import { areWhereTheyWere, type Known, lookAtLogs } from "../../pipeline/follow-look.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";
import { LiveWriter } from "./live-writer.ts";

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** Follows paths and notes every record that it is given, as `computer:number`. */
class Follower {
  readonly read: string[] = [];
  readonly #paths: readonly string[];
  #state: Known = { places: new Map(), unsure: new Map(), ends: new Map() };

  constructor(...paths: readonly string[]) {
    this.#paths = paths;
  }

  look(): void {
    const news = lookAtLogs(this.#paths, this.#state);
    for (const { path, firstChunk, endChunk, part } of news.ranges) {
      using file = openEvtx(path);
      for (const record of file.records(() => undefined, firstChunk, endChunk))
        if (part === undefined || (record.offset >= part.from && record.offset < part.until))
          this.read.push(`${readFirst(record, "Computer")}:${readFirst(record, "EventRecordID")}`);
    }
    expect(areWhereTheyWere(news.places, this.#state.places)).toBe(true);
    this.#state = news;
  }

  /** Looks until nothing more comes: what no header vouches for is read at the second look. */
  lookTwice(): void {
    this.look();
    this.look();
  }

  /** As a process that was killed and started anew: only what the bookmark holds is left. */
  restart(): void {
    this.#state = { places: this.#state.places, unsure: new Map(), ends: new Map() };
  }
}

function upTo(last: number, computer = "A"): readonly string[] {
  return Array.from({ length: last }, (_, index) => `${computer}:${index + 1}`);
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("append"), count: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("look"), count: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("headers"), count: fc.constant(0) }) },
  fc.record({ kind: fc.constantFrom("restart", "archive", "clear"), count: fc.constant(0) }),
);

test.each([
  ["its folder", (path: string) => join(path, "..")],
  ["the file alone", (path: string) => path],
])(
  "however a log is written, put aside and emptied: followed by %s, every record comes once and in order",
  (_, followed) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        using place = new TemporaryFolder();
        const path = place.file("System.evtx");
        const writer = new LiveWriter(path, "A");
        const follower = new Follower(followed(path));
        let archives = 0;
        for (const { kind, count } of steps) {
          if (kind === "append") writer.append(count);
          else if (kind === "look") follower.look();
          else if (kind === "headers") writer.writeHeaders();
          else if (kind === "restart") follower.restart();
          else if (kind === "archive") {
            // What is put aside before it was ever seen, or twice between two looks, is found only by who follows the folder.
            const isAlone = followed(path) === path;
            if (isAlone) writer.append(1);
            if (isAlone) follower.lookTwice();
            writer.append(3);
            writer.archive(place.file(`Archive-System-${archives++}.evtx`));
            if (isAlone) writer.append(1);
            if (isAlone) follower.lookTwice();
          } else {
            // What is emptied before it was read is gone, and shows as a log gap.
            follower.lookTwice();
            writer.clear();
          }
        }
        follower.lookTwice();
        writer.close();
        expect(follower.read.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2)))).toEqual(
          upTo(writer.nextId - 1),
        );
      }),
      { numRuns: 60 },
    );
  },
);

test("a full log is written over from its first chunk on; the follower goes round with it", () => {
  const writer = new LiveWriter(folder.file("System.evtx"), "A", 4);
  const follower = new Follower(folder.path);
  for (let round = 0; round < 60; round++) {
    writer.append(13);
    if (round % 3 === 0) writer.writeHeaders();
    if (round % 2 === 0) follower.look();
  }
  follower.lookTwice();
  expect(follower.read).toEqual(upTo(writer.nextId - 1));
});

test("a log that has become a pipe is not waited for", () => {
  const path = folder.file("System.evtx");
  const writer = new LiveWriter(path, "A");
  writer.append(3);
  const follower = new Follower(path);
  follower.lookTwice();
  rmSync(path);
  execFileSync("mkfifo", [path]);
  follower.lookTwice();
  expect(follower.read).toEqual(upTo(3));
});

test("a record of the last chunk that is damaged costs no other", () => {
  const writer = new LiveWriter(folder.file("System.evtx"), "A");
  writer.append(500);
  writer.writeHeaders();
  const bytes = readFileSync(folder.file("System.evtx"));
  const at = bytes.lastIndexOf(Buffer.from([0x2a, 0x2a, 0, 0]), bytes.length - 20_000);
  const size = bytes.readUInt32LE(at + 4);
  const lost = Number(bytes.readBigUInt64LE(at + 8));
  writeFileSync(folder.file("damaged.evtx"), bytes.fill(0, at, at + size));
  const follower = new Follower(folder.file("damaged.evtx"));
  follower.lookTwice();
  expect(follower.read).toEqual(upTo(500).filter((_, index) => index + 1 !== lost));
});

test("who comes late to a log that has gone round reads all that is in it, and then goes on", () => {
  const writer = new LiveWriter(folder.file("System.evtx"), "A", 4);
  writer.append(500);
  const follower = new Follower(folder.path);
  follower.lookTwice();
  const first = Number(follower.read.map((name) => Number(name.slice(2))).sort((a, b) => a - b)[0]);
  expect(first).toBeGreaterThan(1);
  writer.append(70);
  follower.lookTwice();
  expect(follower.read.length).toBe(new Set(follower.read).size);
  expect(new Set(follower.read)).toEqual(new Set(upTo(writer.nextId - 1).slice(first - 1)));
});

test("a record that is half written is not read until it is whole", () => {
  const path = folder.file("System.evtx");
  const writer = new LiveWriter(path, "A");
  writer.append(10);
  writer.close();
  const whole = folder.file("whole");
  copyFileSync(path, whole);
  const follower = new Follower(path);
  using file = openEvtx(whole);
  const last = [...file.records(() => undefined)].length;
  let end = 0;
  for (const record of file.records(() => undefined)) end = record.offset + record.size;
  truncateSync(path, end - 100);
  follower.lookTwice();
  expect(follower.read).toEqual(upTo(last - 1));
  copyFileSync(whole, path);
  follower.lookTwice();
  expect(follower.read).toEqual(upTo(last));
});

test("another host's log in the place of the first is read from its beginning, and a file that comes later is picked up", () => {
  const path = folder.file("System.evtx");
  const a = new LiveWriter(path, "A");
  a.append(30);
  const follower = new Follower(folder.path);
  follower.lookTwice();
  const b = new LiveWriter(folder.file("incoming"), "B");
  b.append(40);
  renameSync(folder.file("incoming"), path);
  new LiveWriter(folder.file("Later.evtx"), "C").append(5);
  follower.lookTwice();
  b.append(7);
  follower.lookTwice();
  expect(follower.read).toEqual([...upTo(30), ...upTo(5, "C"), ...upTo(47, "B")].sort(byArrival(follower.read)));
  rmSync(path);
  follower.lookTwice();
  expect(readdirSync(folder.path)).toEqual(["Later.evtx"]);
});

/** The two logs may be looked at in any order; of each, the records come in order. */
function byArrival(read: readonly string[]) {
  return (a: string, b: string) => read.indexOf(a) - read.indexOf(b);
}
