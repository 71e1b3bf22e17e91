import { DAY, type Ticks } from "../../model/ticks.ts";
import type { Host } from "../host.ts";
import type { LoggedEvent } from "../logged-event.ts";
import type { Peer } from "../peers.ts";
import type { Random } from "../random.ts";
import { housekeeping } from "./housekeeping.ts";
import { plannedRestart, type Restart, unplannedRestart } from "./restart.ts";
import { rootUpdates } from "./root-updates.ts";
import { serviceRestart } from "./service-restart.ts";
import { everydayRates, type NoiseRates, type Span, tlsNoise } from "./tls-noise.ts";

/** What a host's everyday life must leave to its scenario. */
export interface Limits {
  /** From here on machine and services are restarted by the scenario only. */
  readonly restartsUntil: Ticks;
  /** From here on roots arrive by the scenario only. */
  readonly rootsUntil: Ticks;
  /** Thumbprints that do not arrive on demand. */
  readonly withoutRoots: ReadonlySet<string>;
  /** Rates of this host that are not the usual ones. */
  readonly rates: Partial<NoiseRates>;
}

export interface Stage {
  readonly host: Host;
  readonly span: Span;
  readonly peers: readonly Peer[];
  readonly random: Random;
}

/** All that happens on a host anyway; nothing of it while the machine is down. `restarts` are those of its scenario. */
export function everydayLife(
  { host, span, peers, random }: Stage,
  limits: Limits,
  restarts: readonly Restart[],
): readonly LoggedEvent[] {
  const own = monthlyRestarts(host, { from: span.from, to: limits.restartsUntil }, random.fork("restarts"));
  const all = [...own, ...restarts];
  const boots = all.map(({ bootAt }) => bootAt);
  const rates = { ...everydayRates(host, random.fork("rates")), ...limits.rates };
  const rootSpan = { from: span.from, to: limits.rootsUntil };
  const events = [
    ...serviceRestarts(host, { from: span.from, to: limits.restartsUntil }, random.fork("services")),
    ...rootUpdates(host, rootSpan, limits.withoutRoots, boots, random.fork("roots")),
    ...tlsNoise(host, span, rates, peers, random.fork("tls")),
    ...housekeeping(host, span, boots, peers, random.fork("housekeeping")),
  ];
  return [...own.flatMap((restart) => restart.events), ...whileUp(events, all)];
}

/** Leaves out what would be logged by a machine that is down. */
export function whileUp(events: readonly LoggedEvent[], restarts: readonly Restart[]): readonly LoggedEvent[] {
  return events.filter(({ time }) => !restarts.some(({ downAt, upAt }) => time >= downAt && time <= upAt));
}

/** About every four weeks; one in six is a crash. */
function monthlyRestarts(host: Host, { from, to }: Span, random: Random): readonly Restart[] {
  const restarts: Restart[] = [];
  for (let at = random.moment(from + DAY, from + 21n * DAY); at < to - DAY; at += random.moment(26n * DAY, 32n * DAY))
    restarts.push((random.chance(1 / 6) ? unplannedRestart : plannedRestart)(host, at, random));
  return restarts;
}

function serviceRestarts(host: Host, { from, to }: Span, random: Random): readonly LoggedEvent[] {
  if (host.lyncServices.length === 0) return [];
  return random.moments(from, to - DAY, 1 / (24 * 25)).flatMap((at) => serviceRestart(host, at).events);
}
