import { z } from "zod";
import { type Detection, LEVELS } from "../model/detection.ts";
import { EventColumns, eventColumns, eventOfColumns, textByName } from "./event-columns.ts";
import { insertRows, queryRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** How many detections are read at once. */
const PAGE = 10_000;

/** Adds detections; one that is there already stays one, and under a token (see `insertRows`) is not even written. */
export async function writeDetections(
  store: Store,
  detections: Iterable<Detection> | AsyncIterable<Detection>,
  token?: string,
): Promise<void> {
  await insertRows(store.client, "detections", rowsOf(detections), token);
}

/** All stored detections of the named rules, each once, rule by rule in order of time. */
export async function* readDetections(store: Store, ruleNames: readonly string[]): AsyncGenerator<Detection> {
  // The page after a row begins behind its sorting key, so that a page costs the same wherever it lies.
  let after = { rule_id: "", TimeCreatedTicks: LOWEST, id: "" };
  for (;;) {
    const page = await queryRows(
      store.client,
      `SELECT id, rule_id, rule_name, rule_title, level, Computer, Channel, Provider, EventID, EventRecordID, TimeCreatedTicks, fields
       FROM detections FINAL
       WHERE rule_name IN {ruleNames:Array(String)}
         AND (rule_id, TimeCreatedTicks, id) > ({rule_id:String}, {TimeCreatedTicks:Int128}, {id:String})
       ORDER BY rule_id, TimeCreatedTicks, id
       LIMIT {page:UInt32}`,
      { ruleNames, ...after, page: PAGE },
      DetectionRow,
    );
    yield* page.map(detectionOf);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = { rule_id: last.rule_id, TimeCreatedTicks: last.TimeCreatedTicks, id: last.id };
  }
}

async function* rowsOf(detections: Iterable<Detection> | AsyncIterable<Detection>): AsyncGenerator<object> {
  for await (const { id, rule, event, fields } of detections)
    yield {
      id,
      rule_id: rule.id,
      rule_name: rule.name,
      rule_title: rule.title,
      level: rule.level,
      ...eventColumns(event),
      fields,
    };
}

const DetectionRow = EventColumns.extend({
  id: z.string(),
  rule_id: z.string(),
  rule_name: z.string(),
  rule_title: z.string(),
  level: z.enum(LEVELS),
  fields: textByName,
});

function detectionOf(row: z.output<typeof DetectionRow>): Detection {
  return {
    id: row.id,
    rule: { id: row.rule_id, name: row.rule_name, title: row.rule_title, level: row.level },
    event: eventOfColumns(row),
    fields: row.fields,
  };
}

/** Below every moment: a time in ticks is never so low. */
const LOWEST = -(2n ** 127n);
