/**
 * How true the incidents are: simulates fleets with known faults, scans their logs with the built-in rules, and compares what was found with
 * what was done.
 *
 *     npm run bench:accuracy              seeds 1 to 12
 *     npm run bench:accuracy -- 40 60     seeds 40 to 60
 *
 * Every incident that says something fails, or that is of severity `medium` or above, must be in the truth, and everything in the truth must be found.
 * What is below that (roots that come and go on healthy machines) is counted beside it. Exits with 1 when either is not so.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { isAtLeast } from "../model/detection.ts";
import type { Evidence, Incident } from "../model/incident.ts";
import { isoFromTicks, MINUTE, ticksFromIso } from "../model/ticks.ts";
import { scan } from "../pipeline/scan.ts";
import { placeholdersOf } from "../rules/operator-lists.ts";
import { simulate } from "../simulator/simulate.ts";
import type { Truth, TruthIncident } from "../simulator/truth.ts";
import { scanOptions } from "../test/pipeline/scan-options.ts";

/** How far a step's first event may be from the truth. */
const TOLERANCE = 60n * MINUTE;

interface Outcome {
  readonly seed: number;
  readonly expected: number;
  readonly missed: readonly TruthIncident[];
  readonly invented: readonly Incident[];
  readonly everyday: number;
}

async function examine(seed: number): Promise<Outcome> {
  const out = await mkdtemp(join(tmpdir(), "rootcause-accuracy-"));
  try {
    const truth = await simulate({ out, seed });
    const { incidents } = await scan(
      scanOptions([out], { placeholders: placeholdersOf({ ...truth.config, ownRoots: [] }) }),
    );
    return { seed, ...compare(truth, incidents) };
  } finally {
    await rm(out, { recursive: true });
  }
}

/** Each fault is found by one incident at most, so that a second one for the same fault counts as invented. */
function compare(truth: Truth, incidents: readonly Incident[]): Omit<Outcome, "seed"> {
  const unexplained = new Set(incidents);
  const missed = truth.incidents.filter((fault) => {
    const found = incidents.find((incident) => unexplained.has(incident) && isFound(fault, incident));
    return found === undefined || !unexplained.delete(found);
  });
  const rest = [...unexplained];
  const invented = rest.filter(({ severity, state }) => state === "failing" || isAtLeast(severity, "medium"));
  return { expected: truth.incidents.length, missed, invented, everyday: rest.length - invented.length };
}

function isFound(fault: TruthIncident, incident: Incident): boolean {
  return (
    incident.rule.name === fault.rule &&
    incident.group.Computer?.toLowerCase() === fault.computer.toLowerCase() &&
    incident.state === fault.state &&
    fault.thumbprints.every((thumbprint) => names(step(incident, "armed"), thumbprint)) &&
    isNear(fault.triggered, step(incident, "triggered")) &&
    isNear(fault.failing, step(incident, "failing"))
  );
}

function step(incident: Incident, name: string): Evidence | undefined {
  return incident.evidence.find((evidence) => evidence.role === "step" && evidence.step === name);
}

function names(evidence: Evidence | undefined, thumbprint: string): boolean {
  return evidence?.events.some(({ fields }) => fields.Thumbprint === thumbprint) ?? false;
}

function isNear(moment: string | undefined, evidence: Evidence | undefined): boolean {
  const expected = moment === undefined ? undefined : ticksFromIso(moment);
  if (expected === undefined) return true;
  if (evidence === undefined) return false;
  const apart = evidence.first - expected;
  return (apart < 0n ? -apart : apart) <= TOLERANCE;
}

function report(outcomes: readonly Outcome[]): boolean {
  for (const { seed, missed, invented } of outcomes) {
    for (const { scenario, rule, computer, state } of missed)
      stdout.write(`seed ${seed}: missed ${scenario} (${rule}, ${state}) on ${computer}\n`);
    for (const { rule, group, state, severity, started, verdict } of invented)
      stdout.write(
        `seed ${seed}: invented ${rule.name}, ${state}, ${severity}, on ${group.Computer} from ${isoFromTicks(started)}: ${verdict}\n`,
      );
  }
  const total = (count: (outcome: Outcome) => number) => outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
  const expected = total((outcome) => outcome.expected);
  const found = expected - total(({ missed }) => missed.length);
  const invented = total((outcome) => outcome.invented.length);
  const everyday = total((outcome) => outcome.everyday);
  const row = (...cells: readonly (string | number)[]) =>
    stdout.write(`${cells.map((cell) => String(cell).padStart(14)).join("")}\n`);
  row("seed", "expected", "found", "invented", "missed", "everyday");
  for (const outcome of outcomes)
    row(
      outcome.seed,
      outcome.expected,
      outcome.expected - outcome.missed.length,
      outcome.invented.length,
      outcome.missed.length,
      outcome.everyday,
    );
  row("all", expected, found, invented, expected - found, everyday);
  const reported = found + invented;
  stdout.write(`precision ${ratio(found, reported)}, recall ${ratio(found, expected)}\n`);
  return expected === found && invented === 0;
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? "-" : (part / whole).toFixed(3);
}

const [first = 1, last = 12] = argv.slice(2).map(Number);
const outcomes: Outcome[] = [];
for (let seed = first; seed <= last; seed++) outcomes.push(await examine(seed));
process.exitCode = report(outcomes) ? 0 : 1;
