import type { LogGap } from "../../model/log-gap.ts";
import { clock } from "./time-words.ts";
import { visible } from "./visible-text.ts";

/** How many gaps are named; the rest are counted. */
const NAMED = 5;

/** The gaps in words, the first few by name; empty when there are none. */
export function gapLines(gaps: readonly LogGap[]): readonly string[] {
  const named = gaps.slice(0, NAMED).map((gap) => `Log gap: ${gapWords(gap)}.`);
  const more = gaps.length - named.length;
  return more > 0
    ? [...named, `… and ${more.toLocaleString("en-US")} more log gaps (--format jsonl names all).`]
    : named;
}

/** The same for gaps that were told and are none any more. */
export function closedGapLines(gaps: readonly LogGap[]): readonly string[] {
  const named = gaps
    .slice(0, NAMED)
    .map(
      ({ computer, channel, from, to }) =>
        `No gap any more: the ${visible(channel)} log of ${visible(computer)} from ${clock(from)} to ${clock(to)}.`,
    );
  const more = gaps.length - named.length;
  return more > 0 ? [...named, `… and ${more.toLocaleString("en-US")} more that are none any more.`] : named;
}

/** `the System log of EDGE01 has a gap from … to …: 340 records are missing` */
function gapWords({ kind, computer, channel, from, to, missing, recordId }: LogGap): string {
  const log = `the ${visible(channel)} log of ${visible(computer)}`;
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
