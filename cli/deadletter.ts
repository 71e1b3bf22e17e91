import { type Command, Option } from "commander";

export interface DeadLetterOptions {
  readonly config?: string;
}

export interface ListOptions extends DeadLetterOptions {
  readonly format: "table" | "jsonl";
}

const HELP = `
A message that detect, correlate or alerts cannot read goes to the dead-letter topic as it came, with the reason and where it was. Nothing waits for it.

Examples:
  rootcause deadletter list                      what is there, and why; counts at the end
  rootcause deadletter list --format jsonl       each letter whole, one a line
  rootcause deadletter replay                    when what was wrong is mended (events.format, say): send all of them to where they came from

What has been replayed is removed from the topic; what still cannot be read comes back as a new letter.

Exit codes: 0 done, 1 internal error, 2 a mistake in the configuration, or the brokers cannot be reached.`;

export function addDeadLetter(program: Command): void {
  const deadletter = program
    .command("deadletter")
    .description("list the messages that could not be read, or send them again")
    .addHelpText("after", HELP);
  deadletter
    .command("list")
    .description("what the dead-letter topic holds now")
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "jsonl"]).default("table"))
    .action(async (options: ListOptions) => {
      const { listDeadLetters } = await import("./deadletter-list.ts");
      await listDeadLetters(options);
    });
  deadletter
    .command("replay")
    .description("send all dead letters to the topics that they came from, and remove them")
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .action(async (options: DeadLetterOptions) => {
      const { replayDeadLetters } = await import("./deadletter-replay.ts");
      await replayDeadLetters(options);
    });
  for (const command of deadletter.commands) command.option("--debug", "print the stack of an internal error");
}
