import { stdout } from "node:process";
import type { Command } from "commander";
import { collect, parseCount } from "./parse-options.ts";
import { visible } from "./report/visible-text.ts";

const HELP = `
Examples:
  rootcause simulate --out ./demo                   the default fleet: every scenario, and healthy hosts
  rootcause simulate --out ./demo --seed 7 --days 90
  rootcause simulate --out ./demo --scenario root-return --scenario armed

The same seed gives the same files, byte for byte. ./demo/truth.json says what was done to which host.`;

interface Options {
  readonly out: string;
  readonly seed?: number;
  readonly days?: number;
  readonly hosts?: number;
  readonly scenario?: readonly string[];
}

export function addSimulate(program: Command): void {
  program
    .command("simulate")
    .description("write the event logs of a made-up fleet with known faults")
    .requiredOption("--out <dir>", "the folder to write to")
    .option(
      "--seed <n>",
      "another number gives other hosts, times and roots (0 to 4294967295; 1 unless given)",
      parseCount,
    )
    .option("--days <n>", "how many days the logs span (28 to 366; 42 unless given)", parseCount)
    .option("--hosts <n>", "how many hosts there are (1 to 500, one a scenario at least; 12 unless given)", parseCount)
    .option("--scenario <name>", "only this fault; may be given again (all unless given)", collect)
    .addHelpText("after", HELP)
    .action(async ({ out, scenario, ...counts }: Options) => {
      const { simulate } = await import("../simulator/simulate.ts");
      const truth = await simulate({ out, ...counts, ...(scenario && { scenarios: scenario }) });
      stdout.write(
        `Wrote ${truth.files} files with ${truth.records.toLocaleString("en-US")} records to ${visible(out)}; truth.json says what was done to whom.\n`,
      );
    });
}
