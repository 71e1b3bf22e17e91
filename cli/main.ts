import { argv, exitCode, stderr, stdout } from "node:process";
import { Command, CommanderError } from "commander";
import { UserError } from "../model/user-error.ts";
import { addConfig } from "./config-check.ts";
import { addDeadLetter } from "./deadletter.ts";
import { addDump } from "./dump.ts";
import { EXIT } from "./exit-code.ts";
import { addIncidents } from "./incidents.ts";
import { addIngest } from "./ingest.ts";
import { packageVersion } from "./package-root.ts";
import { visible } from "./report/visible-text.ts";
import { addRules } from "./rules.ts";
import { addRun } from "./run.ts";
import { addScan } from "./scan.ts";
import { addSetup } from "./setup.ts";
import { addSimulate } from "./simulate.ts";
import { addStore } from "./store.ts";

const DESCRIPTION =
  "Finds the change that broke TLS in Windows event logs: which root certificate came back, which restart made it count, what failed after it, and what to do.";

const EXAMPLES = `
Examples:
  rootcause scan ./logs                   read every log under ./logs and show the incidents
  rootcause incidents                     show the incidents of all scans so far
  rootcause incidents 3f2a9c41            show one as a timeline, with what to do
  rootcause simulate --out ./demo && rootcause scan ./demo

Exit codes: 0 ran and read everything, 1 internal error, 2 a mistake in the command or its input,
3 an incident at or above --fail-on, 4 some records could not be read.`;

const program = new Command("rootcause")
  .description(DESCRIPTION)
  .version(packageVersion(), "-V, --version", "print the version")
  .helpOption("-h, --help", "show help")
  .helpCommand("help [command]", "show help for a command")
  .addHelpText("after", EXAMPLES)
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "rootcause: ")) })
  .showSuggestionAfterError()
  .exitOverride();

addScan(program);
addIncidents(program);
addDump(program);
addRules(program);
addSetup(program);
addIngest(program);
addRun(program);
addDeadLetter(program);
addConfig(program);
addStore(program);
addSimulate(program);
for (const command of program.commands) command.option("--debug", "print the stack of an internal error");

stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) is no error.
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  stderr.write(`rootcause: Cannot write to standard output (${error.message}): make room, or write elsewhere.\n`);
  process.exit(EXIT.usage);
});

try {
  await program.parseAsync(argv);
} catch (error) {
  process.exitCode = explain(error);
}

/** Says what went wrong, in one line where it is the user's to mend. */
function explain(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? Number(exitCode) || EXIT.ok : EXIT.usage;
  if (error instanceof UserError) {
    for (const line of error.lines) stderr.write(`rootcause: ${visible(line)}\n`);
    return EXIT.usage;
  }
  if (error instanceof Error && error.name === "AbortError") {
    stderr.write("rootcause: stopped before the end. What the store has is kept: scan again for the rest.\n");
    return EXIT.interrupted;
  }
  const debug = argv.includes("--debug") || process.env.DEBUG !== undefined;
  const text = error instanceof Error ? (debug ? error.stack : `${error.name}: ${error.message}`) : String(error);
  stderr.write(`rootcause: internal error ${text}${debug ? "" : " (run it again with --debug for the stack)"}\n`);
  return EXIT.internal;
}
