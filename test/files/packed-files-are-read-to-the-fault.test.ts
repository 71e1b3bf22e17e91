import { hash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gunzipped } from "../../ingest/files/gunzip.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const TEXT = Array.from({ length: 3_000 }, (_, n) => `${n} ${hash("sha256", String(n))}\n`).join("");
const PACKED = gzipSync(TEXT);

const hurt = {
  cut: (at: number) => PACKED.subarray(0, at),
  broken: (at: number) => Buffer.concat([PACKED.subarray(0, at), Buffer.alloc(64, 0xff), PACKED.subarray(at + 64)]),
  followed: (at: number) => Buffer.concat([PACKED, Buffer.from(`garbage ${at}`)]),
};

/** As zlib gives it when it is told that more may come. */
function wholeBefore(at: number): string {
  return String(gunzipSync(PACKED.subarray(0, at), { finishFlush: constants.Z_SYNC_FLUSH }));
}

test.each(["cut", "broken", "followed"] as const)("%s: all that comes before is given", async (how) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 20, max: PACKED.length - 1 }), async (at) => {
      const path = folder.file("hurt.jsonl.gz");
      writeFileSync(path, hurt[how](at));
      let given = "";
      const readAll = async () => {
        for await (const piece of gunzipped(path, () => undefined)) given += piece;
      };
      await expect(readAll()).rejects.toMatchObject({ code: expect.stringMatching(/^Z_/) });
      const before = how === "followed" ? TEXT : wholeBefore(at);
      expect(given.startsWith(before)).toBe(true);
      if (how !== "broken") expect(given.length).toBe(before.length);
    }),
    { numRuns: 25 },
  );
});
