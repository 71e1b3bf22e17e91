import { stderr, stdout } from "node:process";
import { type Command, Option } from "commander";
import { isAtLeast, LEVELS, type Level } from "../model/detection.ts";
import type { Incident } from "../model/incident.ts";
import type { Ticks } from "../model/ticks.ts";
import { readConfig } from "./config.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Interruption } from "./interruption.ts";
import {
  DEFAULT_STORE,
  formatOption,
  parseCount,
  parseMoment,
  parseThumbprints,
  storeOption,
} from "./parse-options.ts";
import { ProgressBar } from "./progress.ts";
import { shortId } from "./report/incident-table.ts";
import { lookOf } from "./report/look.ts";
import { type Format, formatReport } from "./report/report.ts";
import { ruleFaults } from "./report/rule-words.ts";
import { scanSummary } from "./report/scan-summary.ts";
import { worstFirst } from "./report/worst-first.ts";
import { addRuleOptions, type RuleOptions, rulePaths } from "./rule-options.ts";
import { writeOut } from "./write-out.ts";

const HELP = `
Examples:
  rootcause scan C:\\Windows\\System32\\winevt\\Logs     one host's logs, copied or live
  rootcause scan ./logs --from 2026-03-01 --format jsonl --output found.jsonl
  rootcause scan ./logs --must-stay-off 2796BAE63F1801E277261BA0D77770028F20EEE4
  rootcause scan ./logs --no-store --fail-on high      in a script: exit code 3 when something is wrong

What is found is kept in the store, so logs may be scanned in any order, bit by bit, and again: the result is the same.

Exit codes: 0 read everything; 3 an incident at or above --fail-on; 4 some records could not be read;
2 a mistake in the command or its input; 1 internal error.`;

/** The options of `scan`, as commander gives them. */
interface ScanOptions extends RuleOptions {
  readonly format: Format;
  readonly output?: string;
  readonly detections?: true;
  /** False for --no-store. */
  readonly store: string | false;
  readonly storeEvents?: true;
  readonly jobs?: number;
  readonly from?: Ticks;
  readonly to?: Ticks;
  readonly mustStayOff?: readonly string[];
  readonly config?: string;
  readonly failOn?: Level;
}

export function addScan(program: Command): void {
  const command = program
    .command("scan")
    .description("read EVTX files and show what broke, why, and what will")
    .argument("<path...>", "EVTX files, and folders to look through for them")
    .addOption(formatOption())
    .option("--output <file>", "write the result here instead of standard output")
    .option("--detections", "also print each event that a rule matched");
  addRuleOptions(command)
    .addOption(storeOption())
    .option("--no-store", "keep nothing")
    .option("--store-events", "keep all events, not only what was found")
    .option("--jobs <n>", "how many threads read (as many as there are cores unless given)", parseCount)
    .option("--from <time>", "leave out events before this moment (UTC unless it names a zone)", parseMoment)
    .option("--to <time>", "leave out events from this moment on", parseMoment)
    .option(
      "--must-stay-off <thumbprint>",
      "a root certificate that must not come back, by SHA-1; a list with commas, or given again",
      parseThumbprints,
    )
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .addOption(new Option("--fail-on <level>", "exit with 3 when an incident is at least so severe").choices(LEVELS))
    .addHelpText("after", HELP)
    .action(async (paths: string[], options: ScanOptions) => {
      process.exitCode = await run(paths, options);
    });
}

async function run(paths: readonly string[], options: ScanOptions): Promise<ExitCode> {
  const config = await readConfig(options.config);
  const { scan } = await import("../pipeline/scan.ts");
  using stop = new Interruption();
  const bar = new ProgressBar();
  const result = await scan({
    paths,
    rulePaths: rulePaths(options),
    mustStayOff: [...(options.mustStayOff ?? []), ...config.mustStayOff],
    ownRoots: config.ownRoots,
    store: options.store === false ? undefined : options.store,
    storeEvents: options.storeEvents ?? false,
    jobs: options.jobs,
    from: options.from,
    to: options.to,
    keepDetections: options.detections ?? false,
    onProgress: (progress) => bar.show(progress),
    signal: stop.signal,
  }).finally(() => bar[Symbol.dispose]());
  const incidents = worstFirst(result.incidents);
  const detections = options.detections === undefined ? undefined : result.detections;
  await writeOut(formatReport({ incidents, detections }, options.format, lookOf(stdout)), options.output);
  const person = options.format === "table" && options.output === undefined ? stdout : stderr;
  stderr.write(ruleFaults({ refused: result.refused, inactive: [] }));
  person.write(`${scanSummary(result)}${whatNext(incidents, options)}`);
  const { failOn } = options;
  const found = failOn !== undefined && incidents.some(({ severity }) => isAtLeast(severity, failOn));
  return found ? EXIT.found : result.unreadable > 0 ? EXIT.unreadable : EXIT.ok;
}

function whatNext([worst]: readonly Incident[], { store }: ScanOptions): string {
  if (worst === undefined) return "Next: scan the logs of more hosts, or of a longer time, into the same store.\n";
  if (store === false) return "Next: scan without --no-store to see an incident's timeline.\n";
  const where = store === DEFAULT_STORE ? "" : ` --store ${store}`;
  return `Next: rootcause incidents ${shortId(worst)}${where}   shows the worst one as a timeline, with what to do.\n`;
}
