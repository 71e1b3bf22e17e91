import { z } from "zod";
import type { Incident } from "../model/incident.ts";
import { type IncidentRows, incidentRows } from "./incident-rows.ts";
import { insertRows, queryRows } from "./rows.ts";
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
  const gone = await storedVersions(store, ruleIds);
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
  await insertRows(store.client, "incident_evidence", evidenceOf(fresh));
  await insertRows(store.client, "incidents", incidentsOf(fresh));
  const withdrawn = [...gone.values()].filter((known) => !known.withdrawn).map(({ id }) => id);
  await withdraw(store, withdrawn);
  return { ...counts, withdrawn: withdrawn.length };
}

interface VersionedRows extends IncidentRows {
  readonly version: number;
}

function* incidentsOf(fresh: readonly VersionedRows[]): Generator<object> {
  for (const { incident, content, version } of fresh) yield { ...incident, content, version, withdrawn: false };
}

function* evidenceOf(fresh: readonly VersionedRows[]): Generator<object> {
  for (const { id, content, evidence } of fresh) for (const row of evidence) yield { ...row, incident_id: id, content };
}

const StoredVersion = z.object({ id: z.string(), version: z.number(), content: z.string(), withdrawn: z.boolean() });

async function storedVersions(
  store: Store,
  ruleIds: readonly string[],
): Promise<Map<string, z.output<typeof StoredVersion>>> {
  const rows = await queryRows(
    store.client,
    "SELECT id, version, content, withdrawn FROM incidents FINAL WHERE rule_id IN {ruleIds:Array(String)}",
    { ruleIds },
    StoredVersion,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** How many ids are named in one statement. */
const PAGE = 1_000;

async function withdraw(store: Store, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += PAGE)
    await store.client.command({
      query: `INSERT INTO incidents
        SELECT * REPLACE (version + 1 AS version, true AS withdrawn) FROM incidents FINAL WHERE id IN {ids:Array(String)}`,
      query_params: { ids: ids.slice(from, from + PAGE) },
    });
}
