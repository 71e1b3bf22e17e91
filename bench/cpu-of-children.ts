import { readdirSync, readFileSync } from "node:fs";

/** Of Linux: clock ticks a second, in which /proc counts (proc(5), "/proc/pid/stat"). */
const TICKS = 100;

/** Seconds of CPU that each process started by this one has used, by the last word of its command line that is a name; empty where there is no /proc. */
export function cpuOfChildren(): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  for (const pid of processes()) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name in parentheses may hold anything; what follows are numbers: state, parent, …, utime and stime as 12th and 13th.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(fields[1]) !== process.pid) continue;
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const name = words[0]?.endsWith("java") ? "broker" : (words.findLast((word) => /^[a-z]+$/.test(word)) ?? "other");
      used.set(name, (Number(fields[11]) + Number(fields[12])) / TICKS);
    } catch {
      // It has ended meanwhile.
    }
  }
  return used;
}

function processes(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
