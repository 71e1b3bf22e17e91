import { DAY, MINUTE, SECOND, type Ticks } from "../../model/ticks.ts";
import { clockTime, longDate } from "../english-time.ts";
import {
  disallowedListUpdated,
  rootAdded,
  rootDeleted,
  rootListUpdated,
  rootPropertiesUpdated,
  rootRetrieved,
} from "../events/capi2.ts";
import { rootStored } from "../events/registry.ts";
import type { Host } from "../host.ts";
import type { LoggedEvent } from "../logged-event.ts";
import type { Random } from "../random.ts";
import { PUBLIC_ROOTS, RETIRED_ROOTS, type Root } from "../roots.ts";

/** A root that Windows adds: often fetched a moment before, and reported once to three times within the second. */
export function rootArrives(host: Host, at: Ticks, root: Root, random: Random): readonly LoggedEvent[] {
  const again = Array.from({ length: random.pick([0, 0, 1, 2]) }, (_, index) => at + BigInt(index + 1) * (SECOND / 5n));
  return [
    ...(random.chance(0.4) ? [rootRetrieved(host, at - SECOND, root)] : []),
    ...[at, ...again].map((moment) => rootAdded(host, moment, root)),
    ...(host.hasSysmon ? [rootStored(host, at + SECOND / 50n, root)] : []),
  ];
}

/**
 * What the root-store updater does on a healthy host: public roots on demand, some of them minutes after a boot, each once; new lists every
 * other week; properties of retired roots, and the end of one of them.
 */
export function rootUpdates(
  host: Host,
  span: { readonly from: Ticks; readonly to: Ticks },
  without: ReadonlySet<string>,
  boots: readonly Ticks[],
  random: Random,
): readonly LoggedEvent[] {
  const { from, to } = span;
  const roots = random.sample(
    PUBLIC_ROOTS.filter(({ thumbprint }) => !without.has(thumbprint)),
    random.int(12, 20),
  );
  const afterBoots = boots
    .filter((boot) => boot < to && random.chance(0.6))
    .map((boot) => boot + random.moment(2n * MINUTE, 10n * MINUTE));
  const arrivals = roots.map((root, index) =>
    rootArrives(host, afterBoots[index] ?? random.moment(from, to), root, random),
  );
  return [...arrivals.flat(), ...listUpdates(host, span, random)];
}

function listUpdates(
  host: Host,
  { from, to }: { readonly from: Ticks; readonly to: Ticks },
  random: Random,
): readonly LoggedEvent[] {
  const events: LoggedEvent[] = [];
  for (let at = random.moment(from, from + 14n * DAY); at < to; at += random.moment(12n * DAY, 16n * DAY)) {
    const effective = `${longDate(at - 3n * DAY)} ${clockTime(at - 3n * DAY)}`;
    events.push(rootListUpdated(host, at, effective));
    if (random.chance(0.5)) events.push(disallowedListUpdated(host, at + SECOND / 10n, effective));
    for (const root of random.sample(RETIRED_ROOTS.slice(1), random.int(0, 3)))
      events.push(rootPropertiesUpdated(host, at + SECOND / 4n, root));
  }
  const [retired] = RETIRED_ROOTS;
  if (retired !== undefined && random.chance(0.4)) events.push(rootDeleted(host, random.moment(from, to), retired));
  return events;
}
