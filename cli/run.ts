import { type Command, InvalidArgumentError } from "commander";
import { STAGES, type StageName } from "../pipeline/stream/watch.ts";
import type { Listen } from "./config/values.ts";
import { parseListen } from "./parse-options.ts";

export interface RunOptions {
  readonly config?: string;
  readonly stages?: readonly StageName[];
  readonly clickhouseHttp?: Listen;
}

const HELP = `
The stages of the pipeline, each a member of its consumer group: start as many processes as you like, with all stages or some.
  ingest      reads the logs in ingest.paths as they grow, and publishes their events
  detect      runs the rules over the events; stores events and detections
  correlate   concludes incidents from the detections; stores them
  alerts      sends incidents to the webhooks
Without a kafka section in the configuration they pass on to each other in this process.
Any of them may be killed at any moment: what was not finished is done again, and nothing twice.

Examples:
  rootcause setup --config rootcause.yml      make the topics first
  rootcause run --config rootcause.yml
  rootcause run --stages detect,correlate

Exit codes: 0 stopped by Ctrl-C or SIGTERM, 1 internal error, 2 a mistake in the configuration, or what it names cannot be reached.`;

export function addRun(program: Command): void {
  program
    .command("run")
    .description("run stages of the pipeline until Ctrl-C: events in, incidents and alerts out")
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .option("--stages <names>", `a list with commas of ${STAGES.join(", ")} (all unless given)`, parseStages)
    .option("--clickhouse-http <address>", "serve the embedded store there, as rootcause store does", parseListen)
    .addHelpText("after", HELP)
    .action(async (options: RunOptions) => {
      // Each statement of an embedded store takes a thread of Node's pool while it runs; the pool is made at its first use.
      process.env.UV_THREADPOOL_SIZE ??= "16";
      const { runStream } = await import("./run-stream.ts");
      process.exitCode = await runStream(options);
    });
}

function parseStages(text: string): readonly StageName[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !STAGES.some((stage) => stage === name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`"${unknown}" is no stage: give some of ${STAGES.join(", ")}.`);
  return STAGES.filter((stage) => names.includes(stage));
}
