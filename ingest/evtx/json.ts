import type { Damage } from "./damage.ts";
import type { EvtxFile } from "./file.ts";
import { JsonOutput } from "./json-output.ts";
import { compileJson, type JsonProgram, runJson } from "./json-program.ts";
import type { EvtxRecord } from "./record.ts";

const scratch = new JsonOutput(1 << 16);

/**
 * One record as a line of JSON, in the shape that the Rust `evtx_dump -o jsonl` prints: `{"Event":{"System":{…},"EventData":{…}}}`.
 * Attributes stand under `#attributes`, text beside them under `#text`; `<Data Name="x">` is the key `x`; a name that comes again gets `_1`, `_2` ….
 */
export function recordToJson(record: EvtxRecord): string {
  scratch.clear();
  writeJson(record, scratch);
  return scratch.bytes.toString("utf8", 0, scratch.at);
}

/** Bytes of JSON lines that are given at once: a piece a record is slow. */
const PIECE = 1 << 18;
const LINE_END = 0x0a;

/**
 * The records of a file, or of its chunks from `first` up to but not including `end`, as JSON lines in UTF-8: pieces of whole lines.
 * Faster than `recordToJson`, because no string is made. A piece's bytes are its own until the next one is asked for.
 * What cannot be read is told to `report`.
 */
export function* jsonLines(
  file: EvtxFile,
  report: (damage: Damage) => void,
  first = 0,
  end = file.chunkCount,
): Generator<Buffer, void, undefined> {
  const output = new JsonOutput(PIECE);
  for (const record of file.records(report, first, end)) {
    writeJson(record, output);
    output.byte(LINE_END);
    if (output.at < PIECE - PIECE / 16) continue;
    yield output.bytes.subarray(0, output.at);
    output.clear();
  }
  if (output.at > 0) yield output.bytes.subarray(0, output.at);
}

/** A record, and its JSON in UTF-8 without a line's end. The record is the reader's own, as ever; the JSON may be kept. */
export interface JsonRecord {
  readonly record: EvtxRecord;
  readonly json: Buffer;
}

/** As `jsonLines`, record by record. */
export function* jsonRecords(
  file: EvtxFile,
  report: (damage: Damage) => void,
  first = 0,
  end = file.chunkCount,
): Generator<JsonRecord, void, undefined> {
  let output = new JsonOutput(PIECE);
  for (const record of file.records(report, first, end)) {
    if (output.at > PIECE - PIECE / 16) output = new JsonOutput(PIECE);
    const from = output.at;
    writeJson(record, output);
    yield { record, json: output.bytes.subarray(from, output.at) };
  }
}

function writeJson(record: EvtxRecord, output: JsonOutput): void {
  runJson(programOf(record), record.values, output);
}

function programOf(record: EvtxRecord): JsonProgram {
  const { form } = record;
  if (form?.program !== undefined) return form.program;
  const { program, reusable } = compileJson(record);
  if (form !== undefined && reusable) form.program = program;
  return program;
}
