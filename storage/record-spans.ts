import { z } from "zod";
import type { RecordSpan } from "../model/record-spans.ts";
import { digits } from "./event-columns.ts";
import { insertRows, queryRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** Adds which records have been seen. A span that has grown at its end is written over. */
export async function writeRecordSpans(store: Store, spans: Iterable<RecordSpan>): Promise<void> {
  const rows = Array.from(spans, ({ computer, channel, firstId, lastId, head, tail }) => ({
    computer_key: computer.toLowerCase(),
    Computer: computer,
    Channel: channel,
    first_id: firstId,
    last_id: lastId,
    head,
    tail,
  }));
  await insertRows(store.client, "record_spans", rows);
}

/** All that is stored; some may lie within others. */
export async function readRecordSpans(store: Store): Promise<readonly RecordSpan[]> {
  return queryRows(
    store.client,
    `SELECT Computer AS computer, Channel AS channel, first_id AS firstId, last_id AS lastId, head, tail
     FROM record_spans FINAL ORDER BY computer_key, Channel, first_id`,
    {},
    z.object({
      computer: z.string(),
      channel: z.string(),
      firstId: digits,
      lastId: digits,
      head: z.array(digits),
      tail: z.array(digits),
    }),
  );
}
