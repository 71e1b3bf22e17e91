import type { CaseEvent, PlainDetection } from "./correlation.ts";

/** One detection rule matched one event. */
export interface Hit {
  readonly rule: string;
  readonly event: CaseEvent;
}

/** All that the rules match, of each event once. */
export function hitsOf(detections: readonly PlainDetection[], events: readonly CaseEvent[]): readonly Hit[] {
  const distinct = [...new Map(events.map((event) => [identityOf(event), event])).values()];
  return detections.flatMap((rule) =>
    distinct.filter((event) => matches(rule, event)).map((event) => ({ rule: rule.name, event })),
  );
}

function matches(rule: PlainDetection, event: CaseEvent): boolean {
  const isThere = rule.channel === undefined || rule.channel === event.channel;
  return (
    isThere &&
    Object.entries(rule.selection).every(([field, value]) => event.fields[field]?.toLowerCase() === value.toLowerCase())
  );
}

export function identityOf(event: CaseEvent): string {
  return JSON.stringify([sourceOf(event), String(event.record), String(event.time)]);
}

/** Certainly earlier: in time, or in the numbers of one log. */
export function isEventBefore(a: CaseEvent, b: CaseEvent): boolean {
  if (a.time !== b.time) return a.time < b.time;
  return sourceOf(a) === sourceOf(b) && a.record > 0n && a.record < b.record;
}

export function sourceOf(event: CaseEvent): string {
  return `${event.computer.toLowerCase()} ${event.channel}`;
}
