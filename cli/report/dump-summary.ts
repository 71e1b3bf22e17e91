import type { DamageReport } from "../../pipeline/damage-report.ts";
import { damageLines } from "./damage-lines.ts";

/** What a dump has come to so far. */
export interface DumpTotals {
  /** Counted with --recover. */
  records: number;
  /** Those of `records` that had to be recovered. */
  recovered: number;
  readonly damage: DamageReport;
}

/** What was recovered, what could not be read, and where; empty when the files were whole. */
export function dumpSummary({ records, recovered, damage }: DumpTotals): string {
  const found =
    recovered === 0 ? "" : `${count(recovered)} of ${count(records)} records recovered from slack space or damage.\n`;
  const lost =
    damage.lost === 0
      ? ""
      : `At least ${count(damage.lost)} record${damage.lost === 1 ? "" : "s"} could not be read and ${damage.lost === 1 ? "is" : "are"} left out.\n`;
  return found + lost + damageLines(damage.byFile());
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
