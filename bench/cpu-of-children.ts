import { readdirSync, readFileSync } from "node:fs";

/** Of Linux: clock ticks a second, in which /proc counts (proc(5), "/proc/pid/stat"). */
const TICKS = 100;

/** Seconds of CPU that each process started by this one, or by one of these, has used, by name; empty where there is no /proc. */
export function cpuOfChildren(): ReadonlyMap<string, number> {
  const all = new Map(processes().map((pid) => [pid, readProcess(pid)] as const));
  const parentOf = (pid: number) => all.get(pid)?.parent ?? 0;
  const used = new Map<string, number>();
  for (const found of all.values()) {
    if (found === undefined || ![found.parent, parentOf(found.parent)].includes(process.pid)) continue;
    used.set(found.name, (used.get(found.name) ?? 0) + found.seconds);
  }
  return used;
}

/** Undefined when it has ended meanwhile. */
function readProcess(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; what follows are the state, the parent, … and as 12th and 13th the time of the user and the system.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const name = words.includes("kafka.Kafka")
      ? "broker"
      : (words.findLast((word) => /^[a-z]+$/.test(word)) ?? "other");
    return { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / TICKS, name };
  } catch {
    return undefined;
  }
}

function processes(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
