import { z } from "zod";
import type { Coverage } from "../model/coverage.ts";
import { digits } from "./event-columns.ts";
import { insertRows, queryRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** Adds what has been seen; spans of one computer and channel merge. */
export async function writeCoverage(store: Store, spans: Iterable<Coverage>): Promise<void> {
  const rows = Array.from(spans, ({ computer, channel, first, last }) => ({
    computer_key: computer.toLowerCase(),
    Computer: computer,
    Channel: channel,
    first_ticks: first,
    last_ticks: last,
  }));
  await insertRows(store.client, "coverage", rows);
}

/** Of these computers, named in lower case; of all unless given. */
export async function readCoverage(store: Store, computers: readonly string[] = []): Promise<readonly Coverage[]> {
  return queryRows(
    store.client,
    `SELECT any(Computer) AS computer, Channel AS channel, min(first_ticks) AS first, max(last_ticks) AS last
     FROM coverage WHERE empty({computers:Array(String)}) OR computer_key IN {computers:Array(String)}
     GROUP BY computer_key, Channel ORDER BY computer_key, Channel`,
    { computers },
    z.object({ computer: z.string(), channel: z.string(), first: digits, last: digits }),
  );
}
