import { UserError } from "../model/user-error.ts";
import { createHost, type Host, type Role } from "./host.ts";
import { createRandom, type Random } from "./random.ts";
import { CROSS_SIGNED, type Root } from "./roots.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import type { Scenario } from "./scenarios/scenario.ts";

/** A host and the story that happens on it, if any. */
export interface Placement {
  readonly host: Host;
  readonly story: { readonly name: string; readonly scenario: Scenario; readonly causes: readonly Root[] } | undefined;
}

const HEALTHY_ROLES: readonly Role[] = ["domainController", "member", "frontEnd", "edge"];
const SITES = ["AMS", "BER", "CPH", "DUB", "LIS", "OSL", "PRG", "VIE", "ZRH"];

/**
 * Hosts with one scenario each, in random order, then healthy ones.
 * @throws UserError for a scenario that does not exist or is named twice, and when there are more scenarios than hosts.
 */
export function createFleet(seed: number, hosts: number, scenarios: readonly string[]): readonly Placement[] {
  checkScenarios(hosts, scenarios);
  const random = createRandom(`fleet ${seed}`);
  const site = random.pick(SITES);
  const product = random.pick(["Lync Server", "Skype for Business Server"]);
  const counts = new Map<Role, number>();
  const place = (role: Role, story: Placement["story"]): Placement => {
    const number = (counts.get(role) ?? 0) + 1;
    counts.set(role, number);
    return { host: createHost(role, number, site, product, random.fork(`${role} ${number}`)), story };
  };
  const causes = chooseCauses(seed, random);
  const told = random.sample(scenarios, scenarios.length).map((name) => {
    const scenario = scenarioNamed(name);
    return place(scenario.role, { name, scenario, causes: causes(name) });
  });
  const healthy = Array.from({ length: hosts - told.length }, (_, index) =>
    place(HEALTHY_ROLES[index % HEALTHY_ROLES.length] ?? "member", undefined),
  );
  return [...told, ...healthy];
}

function checkScenarios(hosts: number, scenarios: readonly string[]): void {
  for (const name of scenarios) scenarioNamed(name);
  if (new Set(scenarios).size < scenarios.length) throw new UserError("A scenario is named twice; name each once.");
  if (hosts < scenarios.length)
    throw new UserError(
      `${scenarios.length} scenarios need a host each, but the fleet has ${hosts}: give it more hosts, or name fewer scenarios.`,
    );
}

function scenarioNamed(name: string): Scenario {
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
  if (scenario === undefined)
    throw new UserError(`There is no scenario "${name}". Choose from: ${Object.keys(SCENARIOS).join(", ")}.`);
  return scenario;
}

/** The founding story gets the first root (Go Daddy's with seed 1); it and the one of `armed` must stay off, and are nobody else's. The others draw. */
function chooseCauses(seed: number, random: Random): (scenario: string) => readonly Root[] {
  const shift = Math.abs(seed - 1) % CROSS_SIGNED.length;
  const [returned, back, ...others] = [...CROSS_SIGNED.slice(shift), ...CROSS_SIGNED.slice(0, shift)];
  return (scenario) => {
    if (scenario === "root-return") return returned === undefined ? [] : [returned];
    if (scenario === "armed") return back === undefined ? [] : [back];
    return random.fork(scenario).sample(others, others.length);
  };
}
