import { HOUR, type Ticks } from "../../model/ticks.ts";
import type { Role } from "../host.ts";
import type { Limits, Stage } from "../life/everyday.ts";
import type { Restart } from "../life/restart.ts";
import type { Span } from "../life/tls-noise.ts";
import type { LoggedEvent } from "../logged-event.ts";
import type { Random } from "../random.ts";
import type { Root } from "../roots.ts";
import type { TruthIncident } from "../truth.ts";

/** A story that happens on one host. */
export interface Scenario {
  readonly role: Role;
  plan(stage: Stage, causes: readonly Root[]): Plan;
}

/** What the story adds to a host's everyday life, and what it keeps out of it. */
export interface Plan {
  readonly events: readonly LoggedEvent[];
  readonly restarts: readonly Restart[];
  readonly limits: Limits;
  /** Undefined when nothing is to be found. */
  readonly incident: PlannedIncident | undefined;
  /** Roots of which the operator has said that they must not come back. */
  readonly mustStayOff: readonly string[];
}

export interface PlannedIncident extends Pick<TruthIncident, "rule" | "state"> {
  readonly thumbprints: readonly string[];
  readonly armed: Ticks;
  readonly triggered?: Ticks;
  readonly failing?: Ticks;
  readonly resolved?: Ticks;
}

/** The story of a healthy host. */
export function peace({ span }: Stage): Plan {
  const limits = { restartsUntil: span.to, rootsUntil: span.to, withoutRoots: new Set<string>(), rates: {} };
  return { events: [], restarts: [], limits, incident: undefined, mustStayOff: [] };
}

/** A random moment between two fractions of the span. */
export function momentAt({ span, random }: Stage, from: number, to: number): Ticks {
  const point = (fraction: number) => span.from + BigInt(Math.floor(Number(span.to - span.from) * fraction));
  return random.moment(point(from), point(to));
}

/** Failures from the first moment of the span on: tens an hour while peers try hard, then a few an hour as they back off. */
export function outage(
  { from, to }: Span,
  random: Random,
  fail: (at: Ticks) => readonly LoggedEvent[],
): readonly LoggedEvent[] {
  const calmer = from + 6n * HOUR < to ? from + 6n * HOUR : to;
  return [
    ...[from, ...random.moments(from, calmer, random.float(22, 40))],
    ...random.moments(calmer, to, random.float(3, 5)),
  ].flatMap(fail);
}
