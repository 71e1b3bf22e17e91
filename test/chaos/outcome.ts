import { z } from "zod";
import { queryRows } from "../../storage/rows.ts";
import type { Store } from "../../storage/store.ts";

/** What must be the same with and without the shaking. */
export interface Outcome {
  readonly events: readonly string[];
  readonly detections: readonly string[];
  /** Each with the hash of all that it says. */
  readonly incidents: readonly string[];
}

export async function outcomeOf(store: Store): Promise<Outcome> {
  const texts = async (query: string) =>
    (await queryRows(store.client, query, {}, z.object({ text: z.string() }))).map(({ text }) => text);
  return {
    events: await texts(
      `SELECT concat(Computer, ' ', Channel, ' ', toString(EventRecordID), ' ', toString(TimeCreatedTicks)) AS text
       FROM events FINAL ORDER BY text`,
    ),
    detections: await texts("SELECT id AS text FROM detections FINAL ORDER BY id"),
    incidents: await texts(
      "SELECT concat(id, ' ', state, ' ', content) AS text FROM incidents FINAL WHERE NOT withdrawn ORDER BY id",
    ),
  };
}

/** Of the rows of events those that another has the identity of: merges would remove them, and readers do not see them. */
export async function doubledRows(store: Store): Promise<number> {
  const [row] = await queryRows(
    store.client,
    `SELECT toUInt32((SELECT count() FROM events) - (SELECT count() FROM events FINAL)) AS doubled`,
    {},
    z.object({ doubled: z.number() }),
  );
  return row?.doubled ?? 0;
}

/** Of these alerts (`<incident> <state>`) those of incidents that are not grave in the end: they looked so while only a part had come. */
export async function passedOver(store: Store, alerts: readonly string[]): Promise<readonly string[]> {
  const rows = await queryRows(
    store.client,
    "SELECT id FROM incidents FINAL WHERE withdrawn OR severity IN ('informational', 'low')",
    {},
    z.object({ id: z.string() }),
  );
  const ids = new Set(rows.map(({ id }) => id));
  return alerts.filter((alert) => ids.has(alert.split(" ")[0] ?? ""));
}

/** The last alert of each incident that is worth one, as `<incident> <state>`. */
export async function alertsExpected(store: Store): Promise<readonly string[]> {
  const rows = await queryRows(
    store.client,
    `SELECT concat(id, ' ', state) AS text FROM incidents FINAL
     WHERE NOT withdrawn AND severity IN ('medium', 'high', 'critical') ORDER BY text`,
    {},
    z.object({ text: z.string() }),
  );
  return rows.map(({ text }) => text);
}
