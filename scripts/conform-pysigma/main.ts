/**
 * A second opinion: pySigma and its SQLite backend run the same rules over the same random events.
 *
 *     npm run conform:pysigma [rules [seed [examples]]]
 *
 * So many correlations and as many detection rules run over ten sets of events each. Disagreements are counted by their cause (docs/correlation.md,
 * "Where pySigma differs"), with an example of each if asked for; one that has no cause is shown, and ends with 1.
 */
import { argv, exit } from "node:process";
import { UserError } from "../../model/user-error.ts";
import { asCases, randomCorrelations } from "../../test/conformance/random-correlations.ts";
import { incidentsByEngine, refusedByEngine } from "../../test/conformance/through-the-engine.ts";
import { causeOf, correlationQuestion, joined } from "./correlations.ts";
import { causeOfDetection, detectionQuestion, matchesByEngine, randomDetections } from "./detections.ts";
import { askPySigma, type Question, type Reply } from "./pysigma.ts";
import { Tally } from "./tally.ts";

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
      const agree = JSON.stringify(ours.toSorted()) === JSON.stringify(theirs.toSorted());
      tally.compared(agree, causeOf(random.root, one), () =>
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
    const ours = random === undefined ? [] : matchesByEngine(random);
    if ("error" in reply) return tally.refused(`pySigma: ${reply.error}`, SETS);
    if (typeof ours === "string") return tally.refused(`we: ${ours}`, SETS);
    for (const [set, match] of ours.entries()) {
      const event = random?.sets[set]?.[0];
      tally.compared(match === (reply.sets[set] ?? []).length > 0, causeOfDetection(random?.rule, event), () =>
        [JSON.stringify(random?.rule), JSON.stringify(event), `rootcause: ${match ? "match" : "no match"}`].join("\n"),
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
