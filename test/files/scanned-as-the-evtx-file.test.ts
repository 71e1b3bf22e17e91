import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { jsonLines } from "../../ingest/evtx/json.ts";
import { recordToXml } from "../../ingest/evtx/xml.ts";
import type { Detection } from "../../model/detection.ts";
import { type ScanResult, scan } from "../../pipeline/scan.ts";
import { simulate } from "../../simulator/simulate.ts";
import { CORPUS, hasCorpus } from "../corpus.ts";
import { scanOptions } from "../pipeline/scan-options.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";

let folder: TemporaryFolder;
let logs: readonly string[];
let asEvtx: Found;
beforeAll(async () => {
  folder = new TemporaryFolder();
  const { incidents } = await simulate({ out: folder.file("fleet"), hosts: 1, days: 28, scenarios: ["root-return"] });
  const host = folder.file(`fleet/${incidents[0]?.computer.split(".")[0]}`);
  logs = [join(host, "Application.evtx"), join(host, "System.evtx")];
  asEvtx = await found(logs);
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

function json(path: string): readonly string[] {
  using file = openEvtx(path);
  return Buffer.concat(
    Array.from(
      jsonLines(file, () => undefined),
      (piece) => Buffer.from(piece),
    ),
  )
    .toString("utf8")
    .trimEnd()
    .split("\n");
}

function xml(path: string): readonly string[] {
  using file = openEvtx(path);
  return Array.from(
    file.records(() => undefined),
    recordToXml,
  );
}

/** Every way in which the same events may lie in a file. */
const FORMS: readonly (readonly [name: string, bytes: (path: string) => Buffer])[] = [
  ["lines.jsonl", (path) => Buffer.from(`${json(path).join("\n")}\n`)],
  ["lines.ndjson.gz", (path) => gzipSync(json(path).join("\r\n"))],
  ["list.json", (path) => Buffer.from(`[${json(path).join(",")}]`)],
  [
    "printed.json.gz",
    (path) =>
      gzipSync(
        JSON.stringify(
          json(path).map((line) => JSON.parse(line)),
          undefined,
          2,
        ),
      ),
  ],
  ["lines.xml", (path) => Buffer.from(xml(path).join("\n"))],
  [
    "exported.XML",
    (path) =>
      Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-16"?>\r\n<Events>${xml(path).join("")}</Events>`, "utf16le"),
  ],
  ["packed.xml.gz", (path) => Buffer.concat(xml(path).map((event) => gzipSync(event)))],
];

type Found = Pick<ScanResult, "incidents" | "gaps" | "records" | "damage"> & {
  readonly detections: readonly Detection[];
};

async function found(paths: readonly string[]): Promise<Found> {
  const { incidents, gaps, records, damage, detections } = await scan(
    scanOptions(paths, { keepDetections: true, jobs: 2 }),
  );
  const all = await Array.fromAsync(detections ?? []);
  return { incidents, gaps, records, damage, detections: all.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

test.each(FORMS)("a host's logs as %s: the same incidents and detections, with the same times", async (name, bytes) => {
  const paths = logs.map((log, index) => {
    const path = folder.file(`${index}-${name}`);
    writeFileSync(path, bytes(log));
    return path;
  });
  expect(asEvtx.incidents.length).toBeGreaterThan(0);
  expect(await found(paths)).toEqual(asEvtx);
});

test.skipIf(!hasCorpus)("real logs as JSON and as XML: the same detections and incidents", async () => {
  const log = join(CORPUS, "evtx/sans-blue-team_DeepBlueCLI/many-events-application.evtx");
  const real = await found([log]);
  writeFileSync(folder.file("real.jsonl"), json(log).join("\n"));
  writeFileSync(folder.file("real.xml"), xml(log).join("\n"));
  expect(await found([folder.file("real.jsonl")])).toEqual(real);
  expect(await found([folder.file("real.xml")])).toEqual(real);
});
