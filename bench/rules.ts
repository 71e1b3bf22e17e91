/**
 * How fast rules are loaded and matched: with the built-in rules, and with all public Windows rules, built to JavaScript as they are published.
 *
 *     npm run bench:rules [-- folder of Sigma rules]
 *     taskset -c 1 npm run bench:rules        on one core
 *
 * `loaded`: reading the files, until they can be matched; the first time, and from the cache, of which all that follows has the use. `end to end`: the corpus
 * from its EVTX files, as a scan's thread does it, and in turns with it rsigma, where it is on the PATH, which gets the same rules and the same events as flat JSON
 * lines: of both the whole process, from its start. `from memory`: the same events already read, again and again. Then made-up events of the busiest kinds.
 * CPU is that of all threads, V8's own included; figures are the median and, in brackets, the range.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, execPath, stdout } from "node:process";
import { CORPUS } from "../test/corpus.ts";
import type { EndToEnd, Loaded, Phase, Rates } from "./rules-task.ts";

const TURNS = 7;
const LIBRARY = join(import.meta.dirname, "../rules/library");
const LOGS = join(CORPUS, "evtx");
const MADE_UP: readonly Phase[] = [
  "Sysmon 1, process creation",
  "Sysmon 13, registry value set",
  "Security 4624, logon",
  "System, Schannel 36887",
];

/** One process: seconds of CPU and on the clock, and what it printed. */
interface Run {
  readonly cpu: number;
  readonly clock: number;
  readonly peakMiB: number;
  readonly said: string;
}

const folder = mkdtempSync(join(tmpdir(), "rootcause-rules-"));
try {
  const task = build(join(folder, "built"));
  for (const rules of [LIBRARY, argv[2] ?? join(CORPUS, "sigma-rules")]) {
    stdout.write(`${rules}\n`);
    measureLoading(task, rules);
    measureEndToEnd(task, rules);
    print("from memory", rates(ask(task, rules, "fromMemory")));
    for (const name of MADE_UP) print(name, rates(ask(task, rules, name)));
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Builds the task and the engine; returns the task's path. */
function build(out: string): string {
  const project = join(import.meta.dirname, "tsconfig.json");
  const { status, stdout: said } = spawnSync("tsc", ["-p", project, "--outDir", out], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the engine could not be built: ${said}`);
  writeFileSync(join(out, "package.json"), '{ "type": "module" }');
  symlinkSync(join(import.meta.dirname, "../node_modules"), join(out, "node_modules"));
  return join(out, "bench", "rules-task.js");
}

function measureLoading(task: string, rules: string): void {
  const turns = Array.from({ length: TURNS }, (): readonly Loaded[] => {
    const cache = mkdtempSync(join(folder, "cache-"));
    return [0, 1].map(() => JSON.parse(run(ours(task, rules, "loaded"), cache).said) as Loaded);
  });
  for (const [at, name] of ["loaded", "loaded from the cache"].entries()) {
    const loaded = turns.flatMap((turn) => turn[at] ?? []);
    const [cpu, clock] = [spread(loaded.map((one) => one.cpu)), spread(loaded.map((one) => one.clock))];
    print(name, `${loaded[0]?.rules} rules in ${cpu} ms of CPU, ${clock} ms on the clock`);
  }
}

function measureEndToEnd(task: string, rules: string): void {
  const lines = join(folder, "events.jsonl");
  run([...ours(task, rules, "flat"), lines]);
  const commands = [ours(task, rules, "endToEnd")];
  const hasRsigma = spawnSync("rsigma", ["--version"]).error === undefined;
  if (hasRsigma) commands.push(["rsigma", "engine", "eval", "-q", "-r", rules, "-e", `@${lines}`]);
  // The first turn fills caches, and is not counted.
  const turns = Array.from({ length: TURNS + 1 }, () => commands.map((command) => run(command))).slice(1);
  const [own, others] = commands.map((_, at) => turns.flatMap((turn) => turn[at] ?? []));
  const { events, matches } = JSON.parse(own?.[0]?.said ?? "") as EndToEnd;
  print("end to end", `${events} events, ${matches} matches in ${whole(own ?? [])}`);
  print("rsigma engine eval", others === undefined ? "not on the PATH: not measured" : whole(others));
}

function whole(runs: readonly Run[]): string {
  const [cpu, clock] = [spread(runs.map((one) => one.cpu * 1000)), spread(runs.map((one) => one.clock * 1000))];
  const peak = Math.max(...runs.map(({ peakMiB }) => peakMiB));
  return `${cpu} ms of CPU, ${clock} ms on the clock; peak ${peak.toFixed(0)} MiB`;
}

function rates(said: string): string {
  return `${spread(JSON.parse(said) as Rates)} events/s`;
}

function ask(task: string, rules: string, phase: Phase): string {
  return run(ours(task, rules, phase)).said;
}

function ours(task: string, rules: string, phase: Phase): string[] {
  return [execPath, task, rules, LOGS, phase];
}

/** The compiled code is kept, as `bin/rootcause.js` keeps it. */
function run(command: readonly string[], cache = folder): Run {
  const {
    status,
    stdout: said,
    stderr,
  } = spawnSync("/usr/bin/time", ["-f", "%U %S %e %M", ...command], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...env, XDG_CACHE_HOME: cache, NODE_COMPILE_CACHE: join(folder, "code") },
  });
  const [, user, system, clock, kib] = /([\d.]+) ([\d.]+) ([\d.]+) (\d+)\s*$/.exec(stderr) ?? [];
  if (status !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  return { cpu: Number(user) + Number(system), clock: Number(clock), peakMiB: Number(kib) / 1024, said };
}

/** The median and the range. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [median = 0, least = 0, most = 0] = [sorted[sorted.length >> 1], sorted[0], sorted.at(-1)];
  return `${rounded(median)} (${rounded(least)} to ${rounded(most)})`;
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function print(name: string, text: string): void {
  stdout.write(`  ${name}: ${text}\n`);
}
