/**
 * A second opinion: pySigma and its SQLite backend run the same rules over the same random events.
 *
 *     npm run conform:pysigma [rules [seed [examples]]]
 *
 * So many correlations (600) and as many detection rules run over ten sets of events each, made from a seed (1). Disagreements are counted by the decisions
 * that predict them (docs/correlation.md, "Where pySigma differs"), with an example of each if asked for; what they do not predict is shown, and ends with 1.
 */
import { argv, exit } from "node:process";
import { UserError } from "../../model/user-error.ts";
import { asCases, randomCorrelations } from "../../test/conformance/random-correlations.ts";
import { incidentsByEngine, refusedByEngine } from "../../test/conformance/through-the-engine.ts";
import { DECISIONS } from "../../test/reference/decisions.ts";
import { correlationQuestion, joined, predicted } from "./correlations.ts";
import { decisionsBetween } from "./decisions-between.ts";
import { DETECTION_DECISIONS, detectionQuestion, matchesByEngine, randomDetections } from "./detections.ts";
import { askPySigma, type Question, type Reply } from "./pysigma.ts";
import { Tally } from "./tally.ts";

/** Sets of events that each rule runs over. */
const SETS = 10;

async function compareCorrelations(rules: number, seed: number): Promise<Tally> {
  const tally = new Tally("correlations");
  const asked = randomCorrelations(rules, SETS, seed);
  await ask(asked.map(correlationQuestion), (reply, at) => {
    const random = asked[at];
    if (random === undefined) return;
    for (const [set, one] of asCases(random).entries()) {
      if ("error" in reply) return tally.refused(`pySigma: ${reply.error}`, SETS);
      if (refusedByEngine(one).length > 0)
        return tally.refused("we refuse a count that can never be, or a field that an inner correlation has not", SETS);
      const theirs = joined(reply.sets[set] ?? []);
      const ours = incidentsByEngine(one).flatMap(({ rule, events }) =>
        rule === random.root ? [events.join(" ")] : [],
      );
      const decisions = decisionsBetween(said(ours), said(theirs), DECISIONS, (decisions) =>
        said(predicted(random.root, one, decisions)),
      );
      tally.compared(decisions, () =>
        [
          JSON.stringify(random.rules.slice(4)),
          ...(random.sets[set] ?? []).map((event) => JSON.stringify(event)),
          `seen until ${random.seenUntil}; rootcause: ${said(ours)}; pySigma: ${said(theirs)}`,
        ].join("\n"),
      );
    }
  });
  return tally;
}

async function compareDetections(rules: number, seed: number): Promise<Tally> {
  const tally = new Tally("detections");
  const asked = randomDetections(rules, SETS, seed);
  await ask(asked.map(detectionQuestion), (reply, at) => {
    const random = asked[at];
    if (random === undefined) return;
    const ours = matchesByEngine(random);
    if ("error" in reply) return tally.refused(`pySigma: ${reply.error}`, SETS);
    if (typeof ours === "string") return tally.refused(`we: ${ours}`, SETS);
    for (const [set, match] of ours.entries()) {
      const theirs = (reply.sets[set] ?? []).length > 0;
      const decisions = decisionsBetween(String(match), String(theirs), DETECTION_DECISIONS, (decisions) =>
        String(matchesByEngine(random, decisions)[set]),
      );
      tally.compared(decisions, () =>
        [
          JSON.stringify(random.rule),
          JSON.stringify(random.sets[set]?.[0]),
          `rootcause: ${match ? "match" : "no match"}; pySigma: ${theirs ? "match" : "no match"}`,
        ].join("\n"),
      );
    }
  });
  return tally;
}

async function ask(questions: readonly Question[], answered: (reply: Reply, at: number) => void): Promise<void> {
  let at = 0;
  for await (const reply of askPySigma(questions)) answered(reply, at++);
  if (at < questions.length) throw new UserError(`pySigma stopped after ${at} of ${questions.length} rules.`);
}

function said(incidents: readonly string[]): string {
  return incidents.length === 0 ? "nothing" : incidents.toSorted().join(" | ");
}

const [, , rules = "600", seed = "1", examples] = argv;
try {
  const tallies = [
    await compareCorrelations(Number(rules), Number(seed)),
    await compareDetections(Number(rules), Number(seed)),
  ];
  for (const tally of tallies) console.log(tally.toText(examples === "examples"));
  if (!tallies.every(({ isExplained }) => isExplained)) exit(1);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  exit(2);
}
