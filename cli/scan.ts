import { type Command, Option } from "commander";
import { FORMAT_NAMES, type FormatName } from "../ingest/shippers/formats.ts";
import { LEVELS, type Level } from "../model/detection.ts";
import type { Ticks } from "../model/ticks.ts";
import { formatOption, parseCount, parseMoment, parseSeconds, parseThumbprints, storeOption } from "./parse-options.ts";
import type { Format } from "./report/format.ts";
import { addRuleOptions, type RuleOptions } from "./rule-options.ts";

const HELP = `
Examples:
  rootcause scan ./winevt/Logs                          one host's logs, or a folder with those of many
  rootcause scan winlogbeat.jsonl.gz events.xml         what log shippers and the Event Viewer write (docs/shippers.md)
  rootcause scan ./logs --from 2026-03-01 --format jsonl --output found.jsonl
  rootcause scan ./logs --must-stay-off 2796BAE63F1801E277261BA0D77770028F20EEE4
  rootcause scan C:\\Windows\\System32\\winevt\\Logs --follow   go on with what Windows writes, until Ctrl-C
  rootcause scan ./logs --no-store --fail-on high      in a script: exit code 3 when something is wrong

What is found is kept in the store, so logs may be scanned in any order, bit by bit, and again: the result is the same.
A scan shows, and --fail-on judges, the incidents on the computers whose logs it read; "rootcause incidents" shows all in the store.

Exit codes: 0 read everything; 3 an incident at or above --fail-on; 4 some records could not be read;
2 a mistake in the command or its input, or a rule that is refused; 1 internal error; 130 stopped by Ctrl-C.
Where several are true the order is 2, 3, 4.`;

/** The options of `scan`, as commander gives them. */
export interface ScanOptions extends RuleOptions {
  readonly format: Format;
  readonly output?: string;
  readonly detections?: true;
  /** False for --no-store. */
  readonly store?: string | false;
  readonly storeEvents?: true;
  readonly recover?: true;
  readonly messageFormat?: FormatName;
  readonly jobs?: number;
  readonly from?: Ticks;
  readonly to?: Ticks;
  readonly failOn?: Level;
  readonly follow?: true;
  /** Seconds. */
  readonly interval: number;
}

export function addScan(program: Command): void {
  const command = program
    .command("scan")
    .description("read Windows event logs and show what broke, why, and what will")
    .argument("<path...>", "EVTX files, files of JSON or event XML, and folders to look through for them")
    .addOption(formatOption())
    .option("--output <file>", "write the result here instead of standard output")
    .option("--detections", "also print each event that a rule matched");
  addRuleOptions(command)
    .addOption(storeOption())
    .option("--no-store", "keep nothing")
    .option("--store-events", "keep all events, not only what was found")
    .addOption(
      new Option("--recover", "also use what can be made out in slack space, damage and disk images").conflicts(
        "follow",
      ),
    )
    .addOption(
      new Option(
        "--message-format <name>",
        "the one format of all messages in JSON and XML files (each shows its own unless given)",
      )
        .choices(FORMAT_NAMES)
        .conflicts("follow"),
    )
    .option("--jobs <n>", "how many threads read (as many as there are cores unless given)", parseCount)
    .option("--from <time>", "leave out events before this moment (UTC unless it names a zone)", parseMoment)
    .option("--to <time>", "leave out events from this moment on", parseMoment)
    .option(
      "--must-stay-off <thumbprint>",
      "a root certificate that must not come back, by SHA-1; a list with commas, or given again",
      parseThumbprints,
    )
    .addOption(new Option("--fail-on <level>", "exit with 3 when an incident is at least so severe").choices(LEVELS))
    .option("--follow", "go on with what is written to the logs, from where the last --follow left off, until Ctrl-C")
    .option("--interval <seconds>", "with --follow: how long to wait before looking again", parseSeconds, 2)
    .addHelpText("after", HELP)
    .action(async (paths: string[], options: ScanOptions) => {
      const run = options.follow
        ? (await import("./run-follow.ts")).runFollow
        : (await import("./run-scan.ts")).runScan;
      process.exitCode = await run(paths, options);
    });
}
