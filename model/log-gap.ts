import { identityOf } from "./identity.ts";
import type { Incident } from "./incident.ts";
import type { Ticks } from "./ticks.ts";

/**
 * Why something is not in a log, or not where its time says:
 *
 * - `missing`: EventRecordID jumps; the records between were not read, and may not exist any more
 * - `selected`: it jumps everywhere, as in a log forwarded or exported by a query; the log is no record of all that happened
 * - `cleared`: someone emptied the log
 * - `suspended`: a provider said that it would stop logging for a time (CAPI2 4102)
 * - `clock`: the clock went back, so that times do not say what came first
 */
export const GAP_KINDS = ["missing", "selected", "cleared", "suspended", "clock"] as const;
export type GapKind = (typeof GAP_KINDS)[number];

/** A stretch of time for which a log is no evidence, or poor. */
export interface LogGap {
  readonly id: string;
  readonly kind: GapKind;
  readonly computer: string;
  readonly channel: string;
  /** The last moment known before it; 0n where nothing before it is known. */
  readonly from: Ticks;
  /** The first moment known after it. */
  readonly to: Ticks;
  /** How many records are not there; 0n where that is not known. */
  readonly missing: bigint;
  /** The EventRecordID by which it is known: that of the first record after it, or of the event that tells of it. */
  readonly recordId: bigint;
}

export function logGap(gap: Omit<LogGap, "id">): LogGap {
  const { kind, computer, channel, recordId, to } = gap;
  // A log that was deleted and made anew counts from 1 again, so an event that tells of a gap is known by its time too; a jump's own end may yet move.
  const moment = kind === "missing" || kind === "selected" ? "" : String(to);
  return { id: identityOf([kind, computer.toLowerCase(), channel, String(recordId), moment]), ...gap };
}

/** The gaps that an incident's evidence, or the time before it that was looked at for comparison, lies in or beside. */
export function gapsTouching(incident: Incident, gaps: readonly LogGap[]): readonly LogGap[] {
  const { evidence, onset } = incident;
  const computers = new Set(evidence.flatMap(({ events }) => events.map(({ event }) => event.computer.toLowerCase())));
  const begin = evidence.reduce((least, { first }) => (first < least ? first : least), incident.started);
  const end = evidence.reduce((most, { last }) => (last > most ? last : most), incident.updated);
  const compared = begin - (onset?.beforeSpan ?? 0n);
  return gaps.filter(
    ({ computer, from, to }) => computers.has(computer.toLowerCase()) && from <= end && to >= compared,
  );
}
