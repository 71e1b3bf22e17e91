import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { simulate } from "../../simulator/simulate.ts";
import { emptyFolder, rootcause } from "./run.ts";

const HEADER = 4_096;
const CHUNK = 65_536;
let folder: string;
let total: number;

/** A host's log, the same in a disk image, and the same with a chunk whose header no longer counts its records. */
beforeAll(async () => {
  folder = await emptyFolder();
  const { records } = await simulate({ out: join(folder, "fleet"), hosts: 1, days: 28, scenarios: ["root-return"] });
  total = records;
  const truth = z.object({ incidents: z.tuple([z.object({ computer: z.string() })]) });
  const { incidents } = truth.parse(JSON.parse(await readFile(join(folder, "fleet/truth.json"), "utf8")));
  const log = await readFile(join(folder, "fleet", incidents[0].computer.split(".")[0] ?? "", "System.evtx"));
  await writeFile(join(folder, "disk.img"), Buffer.concat([Buffer.alloc(12_345, 7), log.subarray(HEADER)]));
  await writeFile(join(folder, "whole.evtx"), log);
  const chunk = log.subarray(HEADER + CHUNK, HEADER + 2 * CHUNK);
  chunk.writeUInt32LE(512, 48);
  chunk.writeUInt32LE(crc32(chunk.subarray(128, 512), crc32(chunk.subarray(0, 120))), 124);
  await writeFile(join(folder, "used-again.evtx"), log);
});

const Marked = z.object({ Event: z.object({}), Recovered: z.object({ from: z.string(), offset: z.number() }) });

describe("--recover", () => {
  test("dump marks what it recovered, and says how much", async () => {
    const plain = await rootcause(folder, "dump", "used-again.evtx");
    const { out, err } = await rootcause(folder, "dump", "--recover", "used-again.evtx");
    const recovered = out.slice(plain.out.length).trimEnd().split("\n");
    expect(out.startsWith(plain.out)).toBe(true);
    expect(recovered.length).toBeGreaterThan(50);
    for (const line of recovered) expect(Marked.parse(JSON.parse(line)).Recovered.from).toBe("slack");
    expect(err).toContain(`${recovered.length} of `);
  });

  test("dump reads the records of a disk image as those of the log that is in it", async () => {
    const whole = await rootcause(folder, "dump", "whole.evtx");
    const image = await rootcause(folder, "dump", "--recover", "disk.img");
    const lines = image.out.replaceAll(/,"Recovered":\{[^}]*\}/g, "");
    expect({ code: image.code, same: lines === whole.out }).toEqual({ code: 0, same: true });
    expect(lines.split("\n").length).toBeLessThan(total);
  });

  test("scan finds in a disk image what it finds in the log", async () => {
    const words = ["--no-store", "--detections", "--format", "jsonl"];
    const log = await rootcause(folder, "scan", "whole.evtx", ...words);
    const image = await rootcause(folder, "scan", "disk.img", "--recover", ...words);
    const detections = (text: string) => text.split("\n").filter((line) => line.includes('"kind":"detection"'));
    expect(detections(image.out)).toEqual(detections(log.out));
    expect(detections(image.out).length).toBeGreaterThan(10);
    expect(image.err).toMatch(/^Read 1 file, [\d,]+ records, [\d,]+ of them recovered/);
  });

  test("without it a disk image is refused", async () => {
    expect(await rootcause(folder, "scan", "disk.img", "--no-store")).toMatchObject({ code: 2 });
  });
});
