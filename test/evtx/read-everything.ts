import { Chunk } from "../../ingest/evtx/chunk.ts";
import { recordToJson } from "../../ingest/evtx/json.ts";
import { EvtxRecord } from "../../ingest/evtx/record.ts";
import type { Template } from "../../ingest/evtx/template.ts";
import { recordToXml } from "../../ingest/evtx/xml.ts";

/** What one chunk came to. */
export interface Reading {
  readonly records: number;
  readonly damage: number;
  /** Characters of the longest record, as JSON or as XML. */
  readonly longest: number;
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
