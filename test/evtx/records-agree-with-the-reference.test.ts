import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { recordToJson } from "../../ingest/evtx/json.ts";
import { hasCorpus } from "../corpus.ts";
import { corpusFiles, EVTX, REFERENCE } from "./corpus.ts";

/** Fields in which we differ on purpose, with the only records in which they do. */
const DELIBERATE: readonly { file: string; field: RegExp; records: number; reason: string }[] = [
  {
    file: "omerbenamram_evtx/Microsoft-Windows-HelloForBusiness%4Operational.evtx",
    field: /^Event\.System\.Provider\.#attributes\.Name$/,
    records: 1,
    reason: "The value is a string of no characters and not null: Windows writes the attribute, empty.",
  },
];

/** Records that the reference reader did not read and we do, beside those that it says it could not. */
const MORE = new Map([["log2timeline_plaso/System2.evtx", 89]]);

type Fields = ReadonlyMap<string, string>;
interface Difference {
  readonly file: string;
  readonly record: string;
  readonly field: string;
  readonly reference: string | undefined;
  readonly ours: string | undefined;
}

describe.skipIf(!hasCorpus)("Every record of the real files", () => {
  test("has the fields and values that the reference reader found", () => {
    const differences = corpusFiles.flatMap(compareFile);
    for (const { file, field, records, reason } of DELIBERATE) {
      const expected = differences.filter((one) => one.file === file && field.test(one.field));
      expect(expected.length, reason).toBe(records);
      for (const one of expected) differences.splice(differences.indexOf(one), 1);
    }
    if (differences.length > 0) console.table(differences.slice(0, 50));
    expect(differences.length).toBe(0);
  });
});

function compareFile(path: string): Difference[] {
  const reference = gunzipSync(readFileSync(join(REFERENCE, `${path}.jsonl.gz`)))
    .toString()
    .split("\n")
    .filter((line) => line !== "");
  const ours = linesOf(path);
  const left = new Map<string, Fields[]>();
  const equal = countEach(ours);
  const unequal = reference.filter((line) => !takeOne(equal, line));
  for (const [line, count] of equal) for (let n = 0; n < count; n++) addTo(left, fieldsOf(line));
  const differences = unequal.flatMap((line) => {
    const theirs = fieldsOf(line);
    const key = keyOf(theirs);
    return compareFields(path, key, theirs, left.get(key)?.shift() ?? new Map());
  });
  const unread = existsSync(join(REFERENCE, `${path}.unread.txt`));
  const more = ours.length - reference.length;
  if (more !== (MORE.get(path) ?? 0) && !(unread && more > 0))
    differences.push({
      file: path,
      record: "all",
      field: "count",
      reference: `${reference.length}`,
      ours: `${ours.length}`,
    });
  return differences;
}

function linesOf(path: string): readonly string[] {
  using file = openEvtx(join(EVTX, path));
  return Array.from(
    file.records(() => {}),
    recordToJson,
  );
}

function countEach(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function takeOne(counts: Map<string, number>, line: string): boolean {
  const count = counts.get(line) ?? 0;
  if (count > 0) counts.set(line, count - 1);
  return count > 0;
}

function addTo(left: Map<string, Fields[]>, fields: Fields): void {
  const key = keyOf(fields);
  left.set(key, [...(left.get(key) ?? []), fields]);
}

function keyOf(fields: Fields): string {
  return ["EventRecordID", "TimeCreated.#attributes.SystemTime"]
    .map((name) => fields.get(`Event.System.${name}`))
    .join(" ");
}

function compareFields(file: string, record: string, theirs: Fields, ours: Fields): Difference[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])]
    .filter((field) => theirs.get(field) !== ours.get(field))
    .map((field) => ({ file, record, field, reference: theirs.get(field), ours: ours.get(field) }));
}

/** Each leaf of a line's JSON by its path, as source text, so that no digit of a large number is lost. */
function fieldsOf(line: string): Fields {
  const fields = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "object" && value !== null && Object.keys(value).length > 0)
      for (const [name, inner] of Object.entries(value)) walk(inner, path === "" ? name : `${path}.${name}`);
    else fields.set(path, JSON.stringify(value));
  };
  walk(
    JSON.parse(line, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === "number" && !Number.isSafeInteger(value) ? context?.source : value,
    ),
    "",
  );
  return fields;
}
