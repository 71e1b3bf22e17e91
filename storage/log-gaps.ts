import { z } from "zod";
import { GAP_KINDS, type GapKind, type LogGap } from "../model/log-gap.ts";
import { digits } from "./event-columns.ts";
import { insertRows, queryRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** The gaps that stand, in order of time. */
export async function readLogGaps(store: Store): Promise<readonly LogGap[]> {
  return (await storedGaps(store)).filter(({ closed }) => !closed).map(({ gap }) => gap);
}

/**
 * Replaces what is stored of these kinds by what is known now: a new or changed gap gets the next version, one that is not there any more is closed.
 */
export async function reconcileLogGaps(
  store: Store,
  kinds: readonly GapKind[],
  gaps: readonly LogGap[],
): Promise<void> {
  const known = new Map((await storedGaps(store)).map((stored) => [stored.gap.id, stored]));
  const rows: object[] = [];
  for (const gap of gaps) {
    const stored = known.get(gap.id);
    known.delete(gap.id);
    if (stored === undefined || stored.closed || !isSame(stored.gap, gap))
      rows.push(rowOf(gap, (stored?.version ?? 0) + 1, false));
  }
  for (const { gap, version, closed } of known.values())
    if (!closed && kinds.includes(gap.kind)) rows.push(rowOf(gap, version + 1, true));
  await insertRows(store.client, "log_gaps", rows);
}

function isSame(a: LogGap, b: LogGap): boolean {
  return a.from === b.from && a.to === b.to && a.missing === b.missing && a.recordId === b.recordId;
}

function rowOf(gap: LogGap, version: number, closed: boolean): object {
  return {
    id: gap.id,
    version,
    closed,
    kind: gap.kind,
    Computer: gap.computer,
    Channel: gap.channel,
    from_ticks: gap.from,
    to_ticks: gap.to,
    missing: gap.missing,
    EventRecordID: gap.recordId,
  };
}

const GapRow = z
  .object({
    id: z.string(),
    version: z.number(),
    closed: z.boolean(),
    kind: z.enum(GAP_KINDS),
    Computer: z.string(),
    Channel: z.string(),
    from_ticks: digits,
    to_ticks: digits,
    missing: digits,
    EventRecordID: digits,
  })
  .transform(({ version, closed, ...row }) => ({
    version,
    closed,
    gap: {
      id: row.id,
      kind: row.kind,
      computer: row.Computer,
      channel: row.Channel,
      from: row.from_ticks,
      to: row.to_ticks,
      missing: row.missing,
      recordId: row.EventRecordID,
    },
  }));

function storedGaps(store: Store): Promise<z.output<typeof GapRow>[]> {
  return queryRows(
    store.client,
    `SELECT id, version, closed, kind, Computer, Channel, from_ticks, to_ticks, missing, EventRecordID
     FROM log_gaps FINAL ORDER BY to_ticks, id`,
    {},
    GapRow,
  );
}
