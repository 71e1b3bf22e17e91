import { type Command, Option } from "commander";
import { FORMAT_NAMES, type FormatName } from "../ingest/shippers/formats.ts";
import { parseSeconds } from "./parse-options.ts";

/** The options of `ingest`, as commander gives them. */
export interface IngestCliOptions {
  readonly config?: string;
  readonly messageFormat?: FormatName;
  readonly follow?: true;
  readonly state?: string;
  /** Seconds. */
  readonly interval?: number;
}

const HELP = `
Publishes events to the first topic that kafka.topics.events names: records of EVTX files as JSON (as "rootcause dump" prints them), messages in
files of JSON and XML as they stand, each keyed by its Computer. What cannot be read as an event is published without a key, and "detect" puts it into
the dead letters. A slow broker slows the reading. Publishing something twice is harmless: what is stored twice is stored once.

Examples:
  rootcause ingest ./logs --config rootcause.yml              files, and folders to look through, once
  rootcause ingest C:\\Windows\\System32\\winevt\\Logs --follow   go on with what Windows writes, until Ctrl-C
  vector --config to-stdout.yaml | rootcause ingest           JSON lines from another program

Exit codes: 0 read everything; 4 some records could not be read; 2 a mistake in the command, the configuration or its input;
1 internal error; 130 stopped by Ctrl-C before the end (with --follow Ctrl-C is the end).`;

export function addIngest(program: Command): void {
  program
    .command("ingest")
    .description("publish events to Kafka: from files, from logs as they grow, or from standard input")
    .argument("[path...]", "EVTX files, files of JSON or event XML, folders; - is standard input")
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .addOption(
      new Option(
        "--message-format <name>",
        "the one format of all messages in JSON and XML (each shows its own unless given)",
      )
        .choices(FORMAT_NAMES)
        .conflicts("follow"),
    )
    .option("--follow", "go on with what is written to EVTX logs, from where the last --follow left off, until Ctrl-C")
    .option(
      "--state <dir>",
      "with --follow: the folder of the bookmark (ingest.state of the configuration unless given)",
    )
    .option(
      "--interval <seconds>",
      "with --follow: how long to wait before looking again (ingest.interval unless given)",
      parseSeconds,
    )
    .addHelpText("after", HELP)
    .action(async (paths: string[], options: IngestCliOptions) => {
      const { runIngest } = await import("./run-ingest.ts");
      process.exitCode = await runIngest(paths, options);
    });
}
