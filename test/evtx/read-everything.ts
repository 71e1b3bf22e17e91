import { writeFileSync } from "node:fs";
import { Chunk } from "../../ingest/evtx/chunk.ts";
import { NotEvtxError, openEvtx } from "../../ingest/evtx/file.ts";
import { jsonLines, recordToJson } from "../../ingest/evtx/json.ts";
import { EvtxRecord } from "../../ingest/evtx/record.ts";
import { recoverRecords } from "../../ingest/evtx/recover.ts";
import type { Template } from "../../ingest/evtx/template.ts";
import { recordToXml } from "../../ingest/evtx/xml.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";

/** What one chunk came to. */
export interface Reading {
  readonly records: number;
  readonly damage: number;
  /** Characters of the longest record, as JSON or as XML. */
  readonly longest: number;
}

/** Asks a file for all that can be asked of it: records, lines, their number, and what can be recovered. What is no log at all has nothing. */
export function readFile(bytes: Buffer): Reading {
  using folder = new TemporaryFolder();
  const path = folder.file("fuzz.evtx");
  writeFileSync(path, bytes);
  let records = 0;
  let damage = 0;
  let longest = 0;
  const report = () => damage++;
  for (const { record } of recoverRecords(path, report)) {
    records++;
    longest = Math.max(longest, recordToJson(record).length);
  }
  try {
    using file = openEvtx(path);
    let read = 0;
    for (const record of file.records(report)) read += Number(record.size > 0);
    for (const lines of jsonLines(file, report)) if (lines.at(-1) !== 0x0a) throw new Error("a line without an end");
    if (file.count(report) < read) throw new Error("fewer records counted than read");
  } catch (error) {
    if (!(error instanceof NotEvtxError)) throw error;
  }
  return { records, damage, longest };
}

/** Asks a chunk for all that can be asked of it: its records and their remains, as events, as JSON and as XML. */
export function readEverything(bytes: Buffer, unchecked: boolean): Reading {
  const record = new EvtxRecord();
  let records = 0;
  let damage = 0;
  let longest = 0;
  const templates = new Map<number, Template>();
  const chunk = new Chunk(bytes, { file: "fuzz", index: 0, offset: 0, unchecked }, () => damage++, {
    note: (id, template) => templates.set(id, template),
    find: (id) => templates.get(id),
  });
  const look = () => {
    records++;
    const json = recordToJson(record);
    JSON.parse(json);
    longest = Math.max(longest, json.length, recordToXml(record).length);
    for (let slot = 0; slot < record.shape.fields.length; slot++) record.value(slot);
    if (typeof record.time !== "bigint") throw new Error("no time");
  };
  for (const _ of chunk.records(record)) look();
  for (const _ of chunk.remains(record)) look();
  return { records, damage, longest };
}
