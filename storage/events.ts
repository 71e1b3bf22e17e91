import { insertRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** Adds events, each as `eventRow` gives it; one that is there already stays one, and under a token (see `insertRows`) is not even written. */
export async function writeEvents(store: Store, rows: Iterable<string>, token?: string): Promise<void> {
  await insertRows(store.client, "events", rows, token);
}
