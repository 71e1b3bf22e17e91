import { stderr, stdout } from "node:process";
import type { Command } from "commander";
import type { Incident } from "../model/incident.ts";
import { UserError } from "../model/user-error.ts";
import { getIncident, listIncidents } from "../storage/incidents.ts";
import { isStore, openStore, type Store } from "../storage/store.ts";
import { formatOption, storeOption } from "./parse-options.ts";
import { lookOf } from "./report/look.ts";
import { type Format, formatReport } from "./report/report.ts";
import { timeline } from "./report/timeline.ts";
import { worstFirst } from "./report/worst-first.ts";
import { writeOut } from "./write-out.ts";

const HELP = `
Examples:
  rootcause incidents                         all that stand, worst first
  rootcause incidents 3f2a9c41                one as a timeline; the beginning of its id is enough
  rootcause incidents --format jsonl | jq .   for other programs`;

export function addIncidents(program: Command): void {
  program
    .command("incidents")
    .description("show the incidents in the store, or one of them as a timeline")
    .argument("[id]", "an incident's id, or its beginning")
    .addOption(formatOption())
    .addOption(storeOption())
    .addHelpText("after", HELP)
    .action(async (id: string | undefined, options: { format: Format; store: string }) => {
      if (!(await isStore(options.store)))
        throw new UserError(
          `There is no store at ${options.store}: run "rootcause scan PATH" first, or name one with --store.`,
        );
      const store = await openStore(options.store);
      try {
        if (id === undefined) await showAll(store, options.format);
        else await showOne(store, id, options.format);
      } finally {
        await store.close();
      }
    });
}

async function showAll(store: Store, format: Format): Promise<void> {
  const incidents: Incident[] = [];
  for await (const { incident } of listIncidents(store)) incidents.push(incident);
  await print(worstFirst(incidents), format);
}

async function showOne(store: Store, id: string, format: Format): Promise<void> {
  const { incident, version, withdrawn } = await getIncident(store, id);
  if (format === "table") stdout.write(timeline(incident, lookOf(stdout)));
  else await print([incident], format);
  if (withdrawn) stderr.write(`Withdrawn: evidence that came later took this conclusion back (version ${version}).\n`);
}

function print(incidents: readonly Incident[], format: Format): Promise<void> {
  return writeOut(formatReport({ incidents, detections: undefined }, format, lookOf(stdout)), undefined);
}
