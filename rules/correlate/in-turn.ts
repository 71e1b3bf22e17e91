import type { Detection } from "../../model/detection.ts";
import { logKey } from "../../model/log-key.ts";

/**
 * Detections in the order in which a sequence takes them: by time, and of one moment those of one log by their record numbers. What has no such order counts
 * as ordered either way: it is taken by rank, the lowest first, but what must come before it goes with it.
 *
 * @param detections in order of time and, within a log, of record numbers
 * @param rankOf is asked when all of earlier moments has been taken
 */
export function* inTurn(
  detections: readonly Detection[],
  rankOf: (detection: Detection, moment: readonly Detection[]) => number,
): Generator<Detection> {
  let from = 0;
  for (const [at, detection] of detections.entries()) {
    if (detections[at + 1]?.event.time === detection.event.time) continue;
    if (from === at) yield detection;
    else {
      const moment = detections.slice(from, at + 1);
      yield* merged(logsOf(moment.map((one) => ({ detection: one, rank: rankOf(one, moment) }))));
    }
    from = at + 1;
  }
}

interface Ranked {
  readonly detection: Detection;
  readonly rank: number;
}

/** Those whose order is known, each with the lowest rank from it on. */
type Log = readonly (Ranked & { readonly lowest: number })[];

function logsOf(moment: readonly Ranked[]): readonly Log[] {
  const logs = Map.groupBy(moment, ({ detection: { event }, rank }) =>
    // What has no number has no order: all of one rank are as good as a log.
    event.recordId === 0n ? rank : logKey(event.computer, event.channel),
  );
  return [...logs.values()].map((log) => {
    // One record that two rules match is in no order with itself.
    const ordered = log.toSorted((a, b) =>
      a.detection.event.recordId === b.detection.event.recordId
        ? a.rank - b.rank
        : a.detection.event.recordId < b.detection.event.recordId
          ? -1
          : 1,
    );
    let lowest = Number.POSITIVE_INFINITY;
    const fromEnd = ordered.toReversed().map((one) => {
      lowest = Math.min(lowest, one.rank);
      return { ...one, lowest };
    });
    return fromEnd.reverse();
  });
}

function* merged(logs: readonly Log[]): Generator<Detection> {
  const waiting = logs.map((log) => ({ log, at: 0 }));
  for (;;) {
    let next: (typeof waiting)[number] | undefined;
    for (const one of waiting) if (one.at < one.log.length && (next === undefined || isSooner(one, next))) next = one;
    const head = next?.log[next.at];
    if (next === undefined || head === undefined) return;
    next.at++;
    yield head.detection;
  }
}

function isSooner(a: { log: Log; at: number }, b: { log: Log; at: number }): boolean {
  const [one, other] = [a.log[a.at], b.log[b.at]];
  if (one === undefined || other === undefined) return false;
  return one.lowest === other.lowest ? one.rank < other.rank : one.lowest < other.lowest;
}
