import type { FileDamage } from "../../pipeline/damage-report.ts";
import { counted } from "./count-words.ts";
import { damageLines, lostWords } from "./damage-lines.ts";

/** What a scan has read. */
export interface ScanTotals {
  readonly files: number;
  readonly records: number;
  readonly bytes: number;
  /** Those of `records` that had to be recovered. */
  readonly recovered: number;
  readonly seconds: number;
  readonly damage: readonly FileDamage[];
  /** Detections that were only counted. */
  readonly folded: number;
}

/** One line of what was read, and below it what was damaged. */
export function scanSummary({ files, records, recovered, bytes, seconds, damage, folded }: ScanTotals): string {
  const lost = lostWords(damage) ?? "every record could be read";
  const found =
    recovered === 0 ? "" : `, ${recovered.toLocaleString("en-US")} of them recovered from slack space or damage`;
  return `Read ${counted(files, "file")}, ${counted(records, "record")}${found} (${size(bytes)}) in ${seconds.toFixed(1)} s; ${lost}.\n${damageLines(damage)}${foldedLine(folded)}`;
}

function foldedLine(folded: number): string {
  if (folded === 0) return "";
  return `${counted(folded, "detection")} came in floods and were only counted: counts hold, times are rounded.\n`;
}

function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}
