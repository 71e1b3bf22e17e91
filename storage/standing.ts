import { z } from "zod";
import { queryRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** What stands in the store now, counted. */
export interface Standing {
  /** Incidents that are not resolved. What Sigma's own correlations matched (`matched`) has happened and is over: nothing of it stands. */
  readonly openIncidents: readonly { readonly state: string; readonly severity: string; readonly count: number }[];
  readonly logGaps: readonly { readonly kind: string; readonly count: number }[];
}

export async function countStanding({ client }: Store): Promise<Standing> {
  const openIncidents = await queryRows(
    client,
    `SELECT state, severity, toUInt32(count()) AS count FROM incidents FINAL
     WHERE NOT withdrawn AND state NOT IN ('resolved', 'matched') GROUP BY state, severity`,
    {},
    z.object({ state: z.string(), severity: z.string(), count: z.number() }),
  );
  const logGaps = await queryRows(
    client,
    "SELECT kind, toUInt32(count()) AS count FROM log_gaps FINAL WHERE NOT closed GROUP BY kind",
    {},
    z.object({ kind: z.string(), count: z.number() }),
  );
  return { openIncidents, logGaps };
}
