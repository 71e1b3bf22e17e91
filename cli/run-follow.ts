import { stderr } from "node:process";
import { isAtLeast } from "../model/detection.ts";
import { UserError } from "../model/user-error.ts";
import { type FollowTotals, follow } from "../pipeline/follow.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Interruption } from "./interruption.ts";
import { damageLines } from "./report/damage-lines.ts";
import { lookOf } from "./report/look.ts";
import { jsonNewsOf, newsText, standingText } from "./report/news.ts";
import { ruleFaults } from "./report/rule-words.ts";
import { ruleSource } from "./rule-options.ts";
import type { ScanOptions } from "./scan.ts";
import { storeTarget } from "./store-target.ts";
import { openOutput, writeOut } from "./write-out.ts";

/** Runs `rootcause scan --follow`, until Ctrl-C or SIGTERM. */
export async function runFollow(paths: readonly string[], options: ScanOptions): Promise<ExitCode> {
  const { format, failOn } = options;
  if (options.store === false) throw new UserError("--follow keeps its place in the store: leave --no-store out.");
  if (format === "json" || format === "csv")
    throw new UserError(`--follow prints as things happen, and ${format} is one whole: use --format jsonl or table.`);
  if (options.detections !== undefined)
    throw new UserError("--follow prints incidents and log gaps: leave --detections out.");
  const rules = await ruleSource(options);
  const target = await storeTarget(options);
  if (!("folder" in target))
    throw new UserError(
      "--follow keeps its place in the folder of an embedded store, and the configuration names a server: use rootcause run, or --store DIR.",
    );
  const output = await openOutput(options.output, paths);
  using stop = new Interruption();
  let totals: FollowTotals | undefined;
  const settings = {
    paths,
    ...rules,
    store: target.folder,
    storeEvents: options.storeEvents ?? false,
    jobs: options.jobs,
    from: options.from,
    to: options.to,
    interval: options.interval * 1000,
    signal: stop.signal,
  };
  const following = follow(settings, (found) => {
    totals = found;
  });
  const look = lookOf(output);
  let isFound = false;
  async function* text(): AsyncGenerator<string> {
    for await (const news of following) {
      const { incidents } = news.standing;
      stderr.write(damageLines(news.damage));
      isFound ||= failOn !== undefined && incidents.some(({ severity }) => isAtLeast(severity, failOn));
      if (format === "jsonl") yield* jsonNewsOf(news);
      else yield news.isFirst ? standingText(news, look) : newsText(news, look);
    }
  }
  await writeOut(text(), output);
  if (totals === undefined) return EXIT.internal;
  stderr.write(ruleFaults({ refused: totals.refused, inactive: [] }));
  stderr.write(
    `Stopped. Read ${totals.records.toLocaleString("en-US")} records; the next --follow goes on from here.\n`,
  );
  stderr.write(damageLines(totals.damage));
  if (totals.refused.length > 0) return EXIT.usage;
  return isFound ? EXIT.found : totals.unreadable > 0 ? EXIT.unreadable : EXIT.ok;
}
