/**
 * How fast rules are loaded and matched, by processor time of one core, in a process of its own for each: with the built-in rules, and with all public
 * Windows rules.
 *
 *     npm run bench:rules [-- folder of Sigma rules]
 *
 * `loaded`: reading the files, until they can be matched; the first time, and in another process from the cache, of which all that follows has the use. `end to
 * end`: the corpus from its EVTX files, loading included, as a scan's thread does it. `from memory`: the same events already read, again and again. Then made-up events of the busiest kinds.
 * Where rsigma is on the PATH, it gets the same rules and the same events as flat JSON lines: all of its process is counted.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, execPath, stdout } from "node:process";
import { openEvtx } from "../ingest/evtx/file.ts";
import { NotEvtxError } from "../ingest/evtx/index.ts";
import type { WindowsEvent } from "../model/event.ts";
import { Shape } from "../model/shape.ts";
import { loadRules } from "../rules/load.ts";
import { createMatcher } from "../rules/sigma/matcher.ts";
import { CORPUS } from "../test/corpus.ts";

const LIBRARY = join(import.meta.dirname, "../rules/library");
const ROUNDS = 8;

function all(folder: string): void {
  const cache = mkdtempSync(join(tmpdir(), "rootcause-bench-"));
  stdout.write(`${folder}\n`);
  for (const name of ["loaded", ...Object.keys(PHASES)])
    stdout.write(
      spawnSync(execPath, [import.meta.filename, folder, name], {
        encoding: "utf8",
        env: { ...env, XDG_CACHE_HOME: cache },
      }).stdout,
    );
  rmSync(cache, { recursive: true });
}

function loaded(folder: string): void {
  const start = process.cpuUsage();
  const { detections } = loadRules([folder]);
  createMatcher(detections);
  const used = elapsedMs(start);
  print("loaded", `${new Set(detections.map(({ id }) => id)).size} rules in ${ms(used)}; peak ${peak()}`);
}

function endToEnd(folder: string): void {
  const start = process.cpuUsage();
  const matcher = createMatcher(loadRules([folder]).detections);
  const loading = elapsedMs(start);
  let events = 0;
  let matches = 0;
  for (const event of corpusEvents()) {
    events++;
    matches += matcher.match(event).length;
  }
  const whole = elapsedMs(start);
  print(
    "end to end",
    `${events} events, ${matches} matches in ${ms(whole)}, ${ms(loading)} of it loading: ${perSecond(events, whole - loading)} without it; peak ${peak()}`,
  );
}

function fromMemory(folder: string): void {
  const matcher = createMatcher(loadRules([folder]).detections);
  const events = Array.from(corpusEvents(), copied);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    for (const event of events) matcher.match(event);
    best = Math.min(best, elapsedMs(start));
  }
  print("from memory", `${perSecond(events.length, best)}, the best of ${ROUNDS} rounds`);
}

function rsigma(folder: string): void {
  if (spawnSync("rsigma", ["--version"]).error !== undefined) {
    print("rsigma", "not on the PATH: not measured");
    return;
  }
  const temporary = mkdtempSync(join(tmpdir(), "rootcause-bench-"));
  const path = join(temporary, "events.jsonl");
  writeFileSync(path, Array.from(corpusEvents(), (event) => `${JSON.stringify(flat(copied(event)))}\n`).join(""));
  const command = 'rsigma engine eval -q -r "$0" -e "@$1" > /dev/null; times';
  const { stdout: times } = spawnSync("sh", ["-c", command, folder, path], { encoding: "utf8" });
  // The second line is of the shell's children: minutes and seconds of the user and the system.
  const used = [...(times.trim().split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
  print(
    "rsigma engine eval",
    ms(used.reduce((sum, [, minutes, seconds]) => sum + 60_000 * Number(minutes) + 1000 * Number(seconds), 0)),
  );
  rmSync(temporary, { recursive: true });
}

/** Of several values of one field the first, and the event's id as a number, as rsigma compares it. */
function flat({ shape, value }: WindowsEvent): Record<string, unknown> {
  const entries = shape.fields.map((name, slot) => [name, value(slot)] as const);
  const fields = Object.fromEntries(entries.toReversed());
  return { ...fields, EventID: Number(fields.EventID) };
}

function* corpusEvents(): Generator<WindowsEvent> {
  for (const path of globSync("**/*.evtx", { cwd: join(CORPUS, "evtx") }).sort()) {
    try {
      using file = openEvtx(join(CORPUS, "evtx", path));
      yield* file.records(() => {});
    } catch (error) {
      if (!(error instanceof NotEvtxError)) throw error;
    }
  }
}

function copied(event: WindowsEvent): WindowsEvent {
  const values = event.shape.fields.map((_, slot) => event.value(slot));
  return { shape: event.shape, time: event.time, value: (slot) => values[slot] };
}

type Source = (number: number) => WindowsEvent;

function source(channel: string, eventId: number, data: Record<string, (number: number) => string>): Source {
  const provider = channel.replace("/Operational", "");
  const id = String(eventId);
  const fields: Record<string, (number: number) => string> = {
    Provider_Name: () => provider,
    Channel: () => channel,
    EventID: () => id,
    EventRecordID: String,
    Computer: () => "WS1.corp.example",
    ...data,
  };
  const shape = new Shape(Object.keys(fields));
  const values = Object.values(fields);
  return (number) => ({ shape, time: 0n, value: (slot) => values[slot]?.(number) });
}

const programs = ["chrome.exe", "svchost.exe", "cmd.exe", "explorer.exe", "powershell.exe", "notepad.exe"];
const program = (number: number) => programs[number % programs.length] ?? "";
const image = (number: number) => `C:\\Program Files\\App${number % 97}\\${program(number)}`;

const sources: Readonly<Record<string, Source>> = {
  "Sysmon 1, process creation": source("Microsoft-Windows-Sysmon/Operational", 1, {
    Image: image,
    CommandLine: (number) => `"${image(number)}" --type=renderer --id=${number}`,
    ParentImage: () => "C:\\Windows\\explorer.exe",
    ParentCommandLine: () => "C:\\Windows\\explorer.exe",
    OriginalFileName: program,
    User: () => "CORP\\bob",
    IntegrityLevel: () => "Medium",
    CurrentDirectory: () => "C:\\Users\\bob\\",
    Hashes: () => "SHA256=2796BAE63F1801E277261BA0D77770028F20EEE4",
  }),
  "Sysmon 13, registry value set": source("Microsoft-Windows-Sysmon/Operational", 13, {
    EventType: () => "SetValue",
    Image: () => "C:\\Windows\\system32\\svchost.exe",
    TargetObject: (number) => `HKLM\\SOFTWARE\\Vendor\\Key${number}`,
    Details: (number) => `DWORD (0x0000000${number % 10})`,
  }),
  "Security 4624, logon": source("Security", 4624, {
    TargetUserName: () => "bob",
    LogonType: (number) => String(number % 11),
    IpAddress: () => "10.0.0.1",
    AuthenticationPackageName: () => "Negotiate",
    ProcessName: () => "C:\\Windows\\System32\\lsass.exe",
  }),
  "System, Schannel 36887": source("System", 36887, { AlertDesc: () => "48" }),
};

function madeUp(folder: string): void {
  const matcher = createMatcher(loadRules([folder]).detections);
  for (const [name, event] of Object.entries(sources)) {
    for (let number = 0; number < 20_000; number++) matcher.match(event(number));
    const start = process.cpuUsage();
    let number = 0;
    while (elapsedMs(start) < 1000) for (let more = 0; more < 1000; more++) matcher.match(event(number++));
    print(name, perSecond(number, elapsedMs(start)));
  }
}

function print(name: string, text: string): void {
  stdout.write(`  ${name}: ${text}\n`);
}

function perSecond(events: number, milliseconds: number): string {
  return `${Math.round((events / milliseconds) * 1000).toLocaleString("en-US")} events/s`;
}

function ms(milliseconds: number): string {
  return `${Math.round(milliseconds).toLocaleString("en-US")} ms`;
}

function peak(): string {
  return `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`;
}

function elapsedMs(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const [first, phase] = argv.slice(2);
const PHASES = { loaded, endToEnd, fromMemory, madeUp, rsigma };
if (phase === undefined) for (const folder of [LIBRARY, first ?? join(CORPUS, "sigma-rules")]) all(folder);
else for (const [name, run] of Object.entries(PHASES)) if (name === phase) run(first ?? LIBRARY);
