import { stderr, stdout } from "node:process";
import { isAtLeast } from "../model/detection.ts";
import type { Incident } from "../model/incident.ts";
import { UserError } from "../model/user-error.ts";
import { scan } from "../pipeline/scan.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Interruption } from "./interruption.ts";
import { ProgressBar } from "./progress.ts";
import { shortId } from "./report/incident-table.ts";
import { lookOf } from "./report/look.ts";
import { formatReport } from "./report/report.ts";
import { ruleFaults } from "./report/rule-words.ts";
import { scanSummary } from "./report/scan-summary.ts";
import { worstFirst } from "./report/worst-first.ts";
import { ruleSource } from "./rule-options.ts";
import type { ScanOptions } from "./scan.ts";
import { storeTarget } from "./store-target.ts";
import { openOutput, writeOut } from "./write-out.ts";

/** Runs `rootcause scan`: the result to standard output or a file, what it read and what to try next to the person. */
export async function runScan(paths: readonly string[], options: ScanOptions): Promise<ExitCode> {
  if (options.from !== undefined && options.to !== undefined && options.from >= options.to)
    throw new UserError("--from is not before --to: no event can lie between them.");
  const rules = await ruleSource(options);
  // Before the work and not after it: a mistyped folder is known at once.
  const output = await openOutput(options.output, paths);
  using stop = new Interruption();
  const bar = new ProgressBar();
  const result = await scan({
    paths,
    ...rules,
    store: options.store === false ? undefined : await storeTarget(options),
    storeEvents: options.storeEvents ?? false,
    recover: options.recover ?? false,
    messageFormat: options.messageFormat,
    jobs: options.jobs,
    from: options.from,
    to: options.to,
    keepDetections: options.detections ?? false,
    onProgress: (progress) => bar.show(progress),
    signal: stop.signal,
  }).finally(() => bar[Symbol.dispose]());
  const incidents = worstFirst(result.incidents);
  const detections = options.detections === undefined ? undefined : result.detections;
  await writeOut(formatReport({ incidents, gaps: result.gaps, detections }, options.format, lookOf(output)), output);
  const person = options.format === "table" && output === stdout ? stdout : stderr;
  stderr.write(ruleFaults({ refused: result.refused, inactive: [] }));
  person.write(`${scanSummary(result)}${whatNext(incidents, options)}`);
  const { failOn } = options;
  const found = failOn !== undefined && incidents.some(({ severity }) => isAtLeast(severity, failOn));
  if (result.refused.length > 0) return EXIT.usage;
  return found ? EXIT.found : result.unreadable > 0 ? EXIT.unreadable : EXIT.ok;
}

function whatNext([worst]: readonly Incident[], { store }: ScanOptions): string {
  if (worst === undefined) return "Next: scan the logs of more hosts, or of a longer time, into the same store.\n";
  if (store === false) return "Next: scan without --no-store to see an incident's timeline.\n";
  const where = store === undefined ? "" : ` --store ${store}`;
  return `Next: rootcause incidents ${shortId(worst)}${where}   shows the worst one as a timeline, with what to do.\n`;
}
