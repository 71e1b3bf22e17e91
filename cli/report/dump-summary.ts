import type { DamageReport } from "../../pipeline/damage-report.ts";
import { damageLines, lostWords } from "./damage-lines.ts";

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
  const files = damage.byFile();
  const lost = lostWords(files);
  return `${found}${lost === undefined ? "" : `${capitalized(lost)}.\n`}${damageLines(files)}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
