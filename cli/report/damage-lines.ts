import type { FileDamage } from "../../pipeline/damage-report.ts";
import { visible } from "./visible-text.ts";

/** Each damaged file with how much of it, where first, and why; empty when nothing was damaged. */
export function damageLines(damage: readonly FileDamage[]): string {
  return damage.map(fileLines).join("");
}

function fileLines({ file, lost, doubtful, places }: FileDamage): string {
  const counts = [
    lost > 0 ? `${times(lost)} not readable` : "",
    doubtful > 0 ? `${times(doubtful)} read, but doubtful` : "",
  ];
  const named = places.map(({ offset, reason }) => `  at byte ${offset.toLocaleString("en-US")}: ${visible(reason)}\n`);
  const more = lost + doubtful - places.length;
  return `${visible(file)}: ${counts.filter((part) => part !== "").join(", ")}\n${named.join("")}${more > 0 ? `  … and ${times(more)} more\n` : ""}`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count.toLocaleString("en-US")} times`;
}
