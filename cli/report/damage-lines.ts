import type { Damage } from "../../ingest/evtx/damage.ts";
import { visible } from "./visible-text.ts";

/** How many damaged places are named; the rest are counted. */
const NAMED = 5;

/** What was damaged, where and why: the first few places, and how many more; empty when nothing was. */
export function damageLines(damage: readonly Damage[]): string {
  const named = damage.slice(0, NAMED).map(({ file, offset, kind, reason }) => {
    const effect = kind === "lost" ? "not readable" : "read, but doubtful";
    return `${visible(file)} at byte ${offset.toLocaleString("en-US")}: ${effect}: ${visible(reason)}\n`;
  });
  const more = damage.length - named.length;
  return named.join("") + (more > 0 ? `… and ${more.toLocaleString("en-US")} more damaged places.\n` : "");
}
