import type { Command } from "commander";

export interface SetupOptions {
  readonly config?: string;
}

const HELP = `
Makes the Kafka topics that the configuration names and that are not there yet, and the tables in ClickHouse. What exists is left as it is;
where it differs from what would be made, the difference is printed. It may be run again at any time.

Example:
  rootcause setup --config rootcause.yml

Exit codes: 0 everything is there, 1 internal error, 2 a mistake in the configuration, or what it names cannot be reached.`;

export function addSetup(program: Command): void {
  program
    .command("setup")
    .description("make the Kafka topics and the tables that the stages need")
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .addHelpText("after", HELP)
    .action(async (options: SetupOptions) => {
      const { runSetup } = await import("./run-setup.ts");
      process.exitCode = await runSetup(options);
    });
}
