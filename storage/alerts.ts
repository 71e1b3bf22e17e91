import { z } from "zod";
import { insertRows, queryRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** An alert that went out, or that the receiver refused. */
export interface SentAlert {
  readonly id: string;
  readonly incidentId: string;
  /** Who it was sent to. */
  readonly target: string;
  readonly outcome: "sent" | "refused";
}

export async function writeSentAlert(store: Store, { id, incidentId, target, outcome }: SentAlert): Promise<void> {
  await insertRows(store.client, "alerts", [{ id, incident_id: incidentId, target, outcome }]);
}

export async function readSentAlerts(store: Store, incidentIds: readonly string[]): Promise<readonly SentAlert[]> {
  return queryRows(
    store.client,
    "SELECT id, incident_id AS incidentId, target, outcome FROM alerts FINAL WHERE incident_id IN {incidentIds:Array(String)}",
    { incidentIds },
    z.object({ id: z.string(), incidentId: z.string(), target: z.string(), outcome: z.enum(["sent", "refused"]) }),
  );
}
