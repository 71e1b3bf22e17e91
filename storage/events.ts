import type { EncodedRows } from "./event-rows.ts";
import { insertBytes } from "./rows.ts";
import type { Store } from "./store.ts";

/** Adds events; one that is there already stays one, and under a token (see `insertRows`) is not even written. */
export async function writeEvents(store: Store, { count, pieces }: EncodedRows, token?: string): Promise<void> {
  if (count > 0) await insertBytes(store.client, "events FORMAT Native", pieces, token, AS_THEY_COME);
}

/** An event that is in one insert twice becomes one when parts are merged, as do all others: to look for it before is a tenth of an insert's time. */
const AS_THEY_COME = { optimize_on_insert: 0 } as const;
