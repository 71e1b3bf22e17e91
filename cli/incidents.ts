import type { Command } from "commander";
import { formatOption, storeOption } from "./parse-options.ts";
import type { Format } from "./report/format.ts";
import type { StoreChoice } from "./store-target.ts";

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
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .addHelpText("after", HELP)
    .action(async (id: string | undefined, options: { readonly format: Format } & StoreChoice) => {
      const { showIncidents } = await import("./show-incidents.ts");
      await showIncidents(id, options, options.format);
    });
}
