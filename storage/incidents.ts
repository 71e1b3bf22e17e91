import type { z } from "zod";
import type { Incident } from "../model/incident.ts";
import { UserError } from "../model/user-error.ts";
import { EvidenceRow, IncidentRow, incidentOfRows } from "./incident-rows.ts";
import { queryRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** An incident as it stands in the store. */
export interface StoredIncident {
  readonly incident: Incident;
  /** 1 when it was first concluded, one or more higher each time that what is concluded changed. */
  readonly version: number;
  /** True when later evidence took the conclusion back. */
  readonly withdrawn: boolean;
}

/** How many incidents are read at once, each with at most some hundred rows of evidence. */
const PAGE = 500;

const COLUMNS = `id, version, withdrawn, rule_id, rule_name, rule_title, level, group, state, severity, title,
  started_ticks, updated_ticks, strength, verdict, onset, steps, advice`;

/** Every incident that stands (is not withdrawn), in order of id. */
export async function* listIncidents(store: Store): AsyncGenerator<StoredIncident> {
  let after = "";
  for (;;) {
    const page = await queryRows(
      store.client,
      `SELECT ${COLUMNS} FROM incidents FINAL WHERE NOT withdrawn AND id > {after:String} ORDER BY id LIMIT {page:UInt32}`,
      { after, page: PAGE },
      IncidentRow,
    );
    yield* await withEvidence(store, page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

/**
 * The one incident whose id begins so, withdrawn or not.
 * @throws UserError when there is none, or more than one.
 */
export async function getIncident(store: Store, idPrefix: string): Promise<StoredIncident> {
  const found = await queryRows(
    store.client,
    `SELECT ${COLUMNS} FROM incidents FINAL WHERE startsWith(id, {prefix:String}) ORDER BY id LIMIT 4`,
    { prefix: idPrefix.toLowerCase() },
    IncidentRow,
  );
  if (found.length > 1) {
    const some = found.slice(0, 3).map(({ id }) => id.slice(0, idPrefix.length + 4));
    throw new UserError(
      `More than one incident begins with ${JSON.stringify(idPrefix)} (${some.join(", ")}${found.length > 3 ? " …" : ""}): give more of its id.`,
    );
  }
  const [incident] = await withEvidence(store, found);
  if (incident === undefined)
    throw new UserError(
      `No incident begins with ${JSON.stringify(idPrefix)}: "rootcause incidents" lists those in the store.`,
    );
  return incident;
}

async function withEvidence(store: Store, rows: readonly z.output<typeof IncidentRow>[]): Promise<StoredIncident[]> {
  const evidence = await queryRows(
    store.client,
    `SELECT incident_id, step_number, detection_id, rule_name, rule_title,
       Computer, Channel, Provider, EventID, EventRecordID, TimeCreatedTicks, fields
     FROM incident_evidence FINAL
     WHERE incident_id IN {ids:Array(String)}
       AND (incident_id, content) IN (SELECT id, content FROM incidents FINAL WHERE id IN {ids:Array(String)})
     ORDER BY incident_id, step_number, event_number`,
    { ids: rows.map(({ id }) => id) },
    EvidenceRow,
  );
  const byIncident = Map.groupBy(evidence, (row) => row.incident_id);
  return rows.map((row) => ({
    incident: incidentOfRows(row, byIncident.get(row.id) ?? []),
    version: row.version,
    withdrawn: row.withdrawn,
  }));
}
