import { readdirSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { type EvtxFile, jsonLines, openEvtx } from "../../ingest/evtx/index.ts";
import { simulate } from "../../simulator/simulate.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";

const DESCRIPTORS = "/proc/self/fd";

describe.skipIf(process.platform !== "linux")("A file of which reading is given up", async () => {
  const folder = new TemporaryFolder();
  afterAll(() => folder[Symbol.dispose]());
  await simulate({ out: folder.path, hosts: 1, days: 28, scenarios: ["root-return"] });
  const path = folder.file(
    readdirSync(folder.path, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith("System.evtx")) ?? "",
  );

  const ways: Record<string, (file: EvtxFile) => void> = {
    "in the middle of its records": (file) => {
      for (const _ of file.records(() => {})) break;
    },
    "in the middle of its lines": (file) => {
      for (const _ of jsonLines(file, () => {})) break;
    },
    "by an error in the loop": (file) => {
      for (const _ of file.records(() => {})) throw new Error("enough");
    },
  };

  test.for(Object.entries(ways))("%s leaves no file open", ([, read]) => {
    const before = readdirSync(DESCRIPTORS).length;
    for (let i = 0; i < 20; i++)
      try {
        using file = openEvtx(path);
        read(file);
      } catch (error) {
        if (!(error instanceof Error) || error.message !== "enough") throw error;
      }
    expect(readdirSync(DESCRIPTORS).length).toBeLessThan(before + 10);
  });
});
