import { spawnSync } from "node:child_process";
import { env } from "node:process";
import { z } from "zod";

/** Prints one JSON line a file, of all its records or of their numbers; a record or chunk that it cannot read makes it fail. */
const SCRIPT = `
import json, sys
from evtx import PyEvtxParser
for path in sys.argv[2:]:
    records = [(record["event_record_id"], json.loads(record["data"])["Event"]) for record in PyEvtxParser(path).records_json()]
    print(json.dumps([path, records if sys.argv[1] == "records" else [number for number, _ in records]]))
`;

const python = env.ROOTCAUSE_PYTHON ?? "python3";
const record = z.tuple([z.number(), z.record(z.string(), z.unknown())]);

/** Whether Python can import `evtx`, the package of the Rust reader by that name. */
export const hasOtherReader = spawnSync(python, ["-c", "import evtx"]).status === 0;
if (!hasOtherReader)
  console.warn(
    `SKIPPED: no other EVTX reader. Install the Python package "evtx", or name a Python that has it in ROOTCAUSE_PYTHON (tried ${python}).`,
  );

/** The records of each file: their numbers, and the events as JSON. */
export function readWithOther(paths: readonly string[]) {
  return run("records", paths, record);
}

/** The numbers of the records of each file, all of which were read. */
export function recordIdsByOther(paths: readonly string[]) {
  return run("numbers", paths, z.number());
}

function run<T>(what: "records" | "numbers", paths: readonly string[], schema: z.ZodType<T>) {
  const { status, stdout, stderr } = spawnSync(python, ["-c", SCRIPT, what, ...paths], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  const line = z.tuple([z.string(), z.array(schema)]);
  return new Map(
    stdout
      .trimEnd()
      .split("\n")
      .map((text) => line.parse(JSON.parse(text))),
  );
}
