import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DAY, isoFromTicks, type Ticks, ticksFromIso } from "../model/ticks.ts";
import { UserError } from "../model/user-error.ts";
import { writeEvtx } from "./evtx-writer/write-evtx.ts";
import { createFleet, type Placement } from "./fleet.ts";
import { everydayLife, type Stage } from "./life/everyday.ts";
import type { LoggedEvent } from "./logged-event.ts";
import { choosePeers } from "./peers.ts";
import { createRandom } from "./random.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import { type Plan, type PlannedIncident, peace } from "./scenarios/scenario.ts";
import type { Truth, TruthIncident } from "./truth.ts";

export interface SimulateOptions {
  /** A folder; made when it is missing. */
  readonly out: string;
  readonly seed?: number;
  readonly days?: number;
  readonly hosts?: number;
  /** Names from `SCENARIOS`; all of them unless given. */
  readonly scenarios?: readonly string[];
}

const START = ticksFromIso("2026-02-01T00:00:00Z") ?? 0n;
/** Long enough for two weeks of peace before a fault and a week of it after. */
const MINIMUM_DAYS = 28;

/**
 * Writes the logs of a fleet with known faults, `<out>/<HOST>/<Channel>.evtx`, and `<out>/truth.json` beside them.
 * The same options give the same bytes.
 *
 *     const truth = await simulate({ out: "fleet", seed: 1 });
 *
 * @throws UserError for options that make no fleet.
 */
export async function simulate(options: SimulateOptions): Promise<Truth> {
  const { out, seed = 1, days = 42, hosts = 12, scenarios = Object.keys(SCENARIOS) } = options;
  checkNumber("seed", seed, 0, 0xffff_ffff);
  checkNumber("days", days, MINIMUM_DAYS, 366);
  checkNumber("hosts", hosts, 1, 500);
  const span = { from: START, to: START + BigInt(days) * DAY };
  const planned = createFleet(seed, hosts, scenarios).map((placement) => {
    const random = createRandom(`${seed} ${placement.host.name}`);
    const stage = { host: placement.host, span, peers: choosePeers(5, random.fork("peers")), random };
    return { placement, stage, plan: planOf(placement, { ...stage, random: random.fork("story") }) };
  });
  const mustStayOff = planned.flatMap(({ plan }) => plan.mustStayOff);
  let records = 0;
  let files = 0;
  for (const { placement, stage, plan } of planned) {
    const folder = join(out, placement.host.name);
    await mkdir(folder, { recursive: true });
    for (const [channel, events] of byChannel(hostEvents(stage, plan, mustStayOff), span.to)) {
      records += writeEvtx(join(folder, `${channel.replaceAll("/", "%4")}.evtx`), numbered(events));
      files += 1;
    }
  }
  const truth: Truth = {
    seed,
    start: isoFromTicks(span.from),
    end: isoFromTicks(span.to),
    config: { mustStayOff },
    incidents: planned.flatMap(({ placement, plan }) => truthOf(placement, plan.incident)),
    records,
    files,
  };
  await writeFile(join(out, "truth.json"), `${JSON.stringify(truth, null, 2)}\n`);
  return truth;
}

function checkNumber(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UserError(`${name} is ${value}: give a whole number from ${least} to ${most}.`);
}

function planOf({ story }: Placement, stage: Stage): Plan {
  return story === undefined ? peace(stage) : story.scenario.plan(stage, story.causes);
}

function hostEvents(stage: Stage, plan: Plan, mustStayOff: readonly string[]): readonly LoggedEvent[] {
  const withoutRoots = new Set([...plan.limits.withoutRoots, ...mustStayOff]);
  return [...plan.events, ...everydayLife(stage, { ...plan.limits, withoutRoots }, plan.restarts)];
}

/** In the order in which each log took them in; what would be written after the end is left out. */
function byChannel(events: readonly LoggedEvent[], end: Ticks): ReadonlyMap<string, readonly LoggedEvent[]> {
  const inTime = events.filter((event) => (event.written ?? event.time) < end);
  return Map.groupBy(
    inTime.sort((a, b) => Number((a.written ?? a.time) - (b.written ?? b.time))),
    ({ channel }) => channel,
  );
}

function* numbered(events: readonly LoggedEvent[]) {
  let recordId = 0n;
  for (const event of events) {
    recordId += 1n;
    yield { ...event, recordId };
  }
}

function truthOf({ host, story }: Placement, incident: PlannedIncident | undefined): readonly TruthIncident[] {
  if (story === undefined || incident === undefined) return [];
  const { rule, state, thumbprints, armed, triggered, failing, resolved } = incident;
  return [
    {
      scenario: story.name,
      rule,
      computer: host.computer,
      state,
      thumbprints: [...thumbprints],
      armed: isoFromTicks(armed),
      ...(triggered === undefined ? {} : { triggered: isoFromTicks(triggered) }),
      ...(failing === undefined ? {} : { failing: isoFromTicks(failing) }),
      ...(resolved === undefined ? {} : { resolved: isoFromTicks(resolved) }),
    },
  ];
}
