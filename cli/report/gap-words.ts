import type { LogGap } from "../../model/log-gap.ts";
import { clock } from "./time-words.ts";
import { visible } from "./visible-text.ts";

/** How many gaps are named; the rest are counted. */
const NAMED = 5;

/** The gaps in words, the first few by name; empty when there are none. */
export function gapLines(gaps: readonly LogGap[]): readonly string[] {
  return linesOf(gaps, (gap) => `Log gap: ${gapWords(gap)}.`, "log gaps (--format jsonl names all).");
}

/** The same for gaps that were told and are none any more. */
export function closedGapLines(gaps: readonly LogGap[]): readonly string[] {
  const words = ({ from, to, ...gap }: LogGap) =>
    `No gap any more: ${logWords(gap)} from ${clock(from)} to ${clock(to)}.`;
  return linesOf(gaps, words, "that are none any more.");
}

function linesOf(gaps: readonly LogGap[], words: (gap: LogGap) => string, others: string): readonly string[] {
  const named = gaps.slice(0, NAMED).map(words);
  const more = gaps.length - named.length;
  return more > 0 ? [...named, `… and ${more.toLocaleString("en-US")} more ${others}`] : named;
}

function logWords({ computer, channel }: Pick<LogGap, "computer" | "channel">): string {
  return `the ${visible(channel)} log of ${visible(computer)}`;
}

/** `the System log of EDGE01 has a gap from … to …: 340 records are missing` */
function gapWords({ kind, computer, channel, from, to, missing, recordId }: LogGap): string {
  const log = logWords({ computer, channel });
  const until = `from ${clock(from)} to ${clock(to)}`;
  switch (kind) {
    case "missing":
      return `${log} has a gap ${until}: ${missing === 1n ? "1 record is" : `${missing.toLocaleString("en-US")} records are`} missing`;
    case "selected":
      return `${log} is a selection ${until} (forwarded or exported by a query): ${missing.toLocaleString("en-US")} records are not in it`;
    case "cleared":
      return `${log} was cleared at ${clock(to)}: ${clearedWords(from, to)}`;
    case "suspended":
      return `logging to ${log} was suspended by its provider ${until} (record ${recordId})`;
    case "clock":
      return `the clock of ${visible(computer)} went back from ${clock(to)} to ${clock(from)} (${visible(channel)} record ${recordId}): times in between do not say what came first`;
  }
}

function clearedWords(from: bigint, to: bigint): string {
  if (from === 0n) return "nothing before it is known";
  return from >= to ? "what came before it is known from elsewhere" : `nothing is known since ${clock(from)}`;
}
