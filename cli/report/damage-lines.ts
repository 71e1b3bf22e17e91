import type { FileDamage, FoundDamage } from "../../pipeline/damage-report.ts";
import { counted } from "./count-words.ts";
import { visible } from "./visible-text.ts";

/** Files in folders without an event in them that are named; the rest are counted. */
const FOREIGN_NAMED = 5;

/**
 * `at least 3 records could not be read and are left out`; undefined when none are.
 * @param kept how many of those that could not be read are not left out all the same
 */
export function lostWords(damage: readonly FileDamage[], kept = 0): string | undefined {
  const lost = damage.reduce((sum, { lostRecords }) => sum + lostRecords, 0) - kept;
  if (lost === 0) return undefined;
  return `${damage.every(({ isExact }) => isExact) ? "" : "at least "}${counted(lost, "record")} could not be read and ${lost === 1 ? "is" : "are"} left out`;
}

/** Each damaged file with how much of it, where first, and why; empty when nothing was damaged. */
export function damageLines(damage: readonly FileDamage[]): string {
  const foreign = damage.filter(({ lost, doubtful }) => lost + doubtful === 0);
  const damaged = damage.filter(({ lost, doubtful }) => lost + doubtful > 0);
  const more = foreign.length - FOREIGN_NAMED;
  return `${damaged.map(fileLines).join("")}${foreign.slice(0, FOREIGN_NAMED).map(foreignLine).join("")}${
    more > 0 ? `… and no events in ${more === 1 ? "1 more file" : `${more.toLocaleString("en-US")} more files`}\n` : ""
  }`;
}

function fileLines({ file, lost, doubtful, places }: FileDamage): string {
  const counts = [
    lost > 0 ? `${times(lost)} not readable` : "",
    doubtful > 0 ? `${times(doubtful)} read, but doubtful` : "",
  ];
  const named = places.map((place) => `  at ${placeWords(place)}: ${visible(place.reason)}\n`);
  const more = lost + doubtful - places.length;
  return `${visible(file)}: ${counts.filter((part) => part !== "").join(", ")}\n${named.join("")}${more > 0 ? `  … and ${times(more)} more\n` : ""}`;
}

function foreignLine({ file, places: [place] }: FileDamage): string {
  const why = place === undefined ? "" : ` (${placeWords(place)}: ${visible(place.reason)})`;
  return `${visible(file)}: no events in it${why}\n`;
}

function placeWords({ line, offset }: FoundDamage): string {
  const byte = `byte ${offset.toLocaleString("en-US")}`;
  return line === undefined ? byte : `line ${line.toLocaleString("en-US")}, ${byte}`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count.toLocaleString("en-US")} times`;
}
