import type { Command } from "commander";

const HELP = `
Examples:
  rootcause config check                              ./rootcause.yml
  rootcause config check --config /etc/rootcause/rootcause.yml

Everything that the configuration names is tried: rules are read, servers connected to, topics looked up. A line each says what works, and what to do
where it does not. Nothing is sent, and no topic is made.

Exit codes: 0 all of it works, 2 something does not.`;

export interface ConfigCheckOptions {
  readonly config?: string;
}

export function addConfig(program: Command): void {
  const config = program
    .command("config")
    .description("try out what the configuration says")
    .addHelpText("after", HELP);
  config
    .command("check")
    .description("connect to everything that is configured and say what works")
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .addHelpText("after", HELP)
    .action(async (options: ConfigCheckOptions) => {
      const { runConfigCheck } = await import("./run-config-check.ts");
      process.exitCode = await runConfigCheck(options);
    });
}
