import type { Incident } from "../model/incident.ts";
import { incidentRows } from "./incident-rows.ts";
import { readVersions, type VersionedRows, withdrawIncidents, writeVersions } from "./incident-versions.ts";
import type { Store } from "./store.ts";

/** How many incidents what is now concluded opened, changed, took back, and left as they were. */
export interface Reconciled {
  readonly opened: number;
  readonly changed: number;
  readonly withdrawn: number;
  readonly unchanged: number;
}

/**
 * Replaces what is stored for these correlation rules by what they conclude now: a new incident gets version 1, a changed one the next version,
 * one no longer concluded is marked withdrawn, and one that is the same is not written.
 */
export async function reconcileIncidents(
  store: Store,
  ruleIds: readonly string[],
  incidents: readonly Incident[],
): Promise<Reconciled> {
  const gone = new Map((await readVersions(store, ruleIds)).map((row) => [row.id, row]));
  const fresh: VersionedRows[] = [];
  const counts = { opened: 0, changed: 0, unchanged: 0 };
  for (const incident of incidents) {
    const rows = incidentRows(incident);
    const known = gone.get(incident.id);
    gone.delete(incident.id);
    if (known?.content === rows.content && !known.withdrawn) counts.unchanged++;
    else {
      counts[known === undefined ? "opened" : "changed"]++;
      fresh.push({ ...rows, version: (known?.version ?? 0) + 1 });
    }
  }
  await writeVersions(store, fresh);
  const withdrawn = [...gone.values()].filter((known) => !known.withdrawn).map(({ id }) => id);
  await withdrawIncidents(store, withdrawn);
  return { ...counts, withdrawn: withdrawn.length };
}
