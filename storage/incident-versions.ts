import { z } from "zod";
import { textByName } from "./event-columns.ts";
import type { IncidentRows } from "./incident-rows.ts";
import { insertRows, queryRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** What is stored of an incident, newest version. */
const StoredVersion = z.object({
  id: z.string(),
  version: z.number(),
  content: z.string(),
  withdrawn: z.boolean(),
  rule_id: z.string(),
  group: textByName,
});
export type StoredVersion = z.output<typeof StoredVersion>;

export async function readVersions(store: Store, ruleIds: readonly string[]): Promise<readonly StoredVersion[]> {
  return queryRows(
    store.client,
    "SELECT id, version, content, withdrawn, rule_id, group FROM incidents FINAL WHERE rule_id IN {ruleIds:Array(String)}",
    { ruleIds },
    StoredVersion,
  );
}

export interface VersionedRows extends IncidentRows {
  readonly version: number;
}

/** Evidence first: a reader never sees an incident without it. */
export async function writeVersions(store: Store, fresh: readonly VersionedRows[]): Promise<void> {
  await insertRows(store.client, "incident_evidence", evidenceOf(fresh));
  await insertRows(store.client, "incidents", incidentsOf(fresh));
}

function* incidentsOf(fresh: readonly VersionedRows[]): Generator<object> {
  for (const { incident, content, version } of fresh) yield { ...incident, content, version, withdrawn: false };
}

function* evidenceOf(fresh: readonly VersionedRows[]): Generator<object> {
  for (const { id, content, evidence } of fresh) for (const row of evidence) yield { ...row, incident_id: id, content };
}

/** How many ids are named in one statement. */
const PAGE = 1_000;

/** Marks incidents as no longer concluded, in their next version. */
export async function withdrawIncidents(store: Store, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += PAGE)
    await store.client.command({
      query: `INSERT INTO incidents
        SELECT * REPLACE (version + 1 AS version, true AS withdrawn) FROM incidents FINAL WHERE id IN {ids:Array(String)}`,
      query_params: { ids: ids.slice(from, from + PAGE) },
    });
}
