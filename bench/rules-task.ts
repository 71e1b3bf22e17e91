/** One measurement of bench/rules.ts, in a process of its own: `<rules> <logs> <phase>`. It prints what it finds in JSON. */
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { openEvtx } from "../ingest/evtx/file.ts";
import { NotEvtxError } from "../ingest/evtx/index.ts";
import type { WindowsEvent } from "../model/event.ts";
import { Shape } from "../model/shape.ts";
import { loadRules } from "../rules/load.ts";
import { createMatcher, type Matcher } from "../rules/sigma/matcher.ts";

/** Milliseconds: of CPU, all threads of the process, and on the clock. */
export interface Took {
  readonly cpu: number;
  readonly clock: number;
}

export interface Loaded extends Took {
  readonly rules: number;
}

export interface EndToEnd {
  readonly events: number;
  readonly matches: number;
}

/** Events a second of CPU, one a round or a second. */
export type Rates = readonly number[];

export type Phase = "loaded" | "endToEnd" | "fromMemory" | "flat" | keyof typeof sources;

/** Over the events in memory: until the code is warm, and those that count. */
const WARMING = 4;
const ROUNDS = 8;
const MADE_UP_SECONDS = 3;

function loaded(): Loaded {
  const start = now();
  const { detections } = loadRules([rules]);
  createMatcher(detections);
  return { ...since(start), rules: new Set(detections.map(({ id }) => id)).size };
}

function endToEnd(): EndToEnd {
  const matcher = loadedMatcher();
  let events = 0;
  let matches = 0;
  for (const event of logEvents()) {
    events++;
    matches += matcher.match(event).length;
  }
  return { events, matches };
}

function fromMemory(): Rates {
  const matcher = loadedMatcher();
  const events = Array.from(logEvents(), copied);
  const found = Array.from({ length: WARMING + ROUNDS }, () => {
    const start = now();
    for (const event of events) matcher.match(event);
    return (events.length / since(start).cpu) * 1000;
  });
  return found.slice(WARMING);
}

/** Writes the events as flat JSON lines, as other engines read them. */
function flat(path: string): void {
  writeFileSync(path, Array.from(logEvents(), (event) => `${JSON.stringify(flatEvent(copied(event)))}\n`).join(""));
}

/** Of several values of one field the first, and the event's id as a number, as rsigma compares it. */
function flatEvent({ shape, value }: WindowsEvent): Record<string, unknown> {
  const entries = shape.fields.map((name, slot) => [name, value(slot)] as const);
  const fields = Object.fromEntries(entries.toReversed());
  return { ...fields, EventID: Number(fields.EventID) };
}

function madeUp(event: Source): Rates {
  const matcher = loadedMatcher();
  let number = 0;
  while (number < 20_000) matcher.match(event(number++));
  return Array.from({ length: MADE_UP_SECONDS }, () => {
    const [start, first] = [now(), number];
    while (since(start).cpu < 1000) for (let more = 0; more < 1000; more++) matcher.match(event(number++));
    return ((number - first) / since(start).cpu) * 1000;
  });
}

function loadedMatcher(): Matcher {
  return createMatcher(loadRules([rules]).detections);
}

function* logEvents(): Generator<WindowsEvent> {
  for (const path of globSync("**/*.evtx", { cwd: logs }).sort()) {
    try {
      using file = openEvtx(join(logs, path));
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

function now(): Took {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1000, clock: performance.now() };
}

function since(start: Took): Took {
  const end = now();
  return { cpu: end.cpu - start.cpu, clock: end.clock - start.clock };
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

const sources = {
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
} satisfies Readonly<Record<string, Source>>;

const [rules = "", logs = "", phase = "", path = ""] = argv.slice(2);
if (phase === "flat") flat(path);
else {
  const phases: Readonly<Record<string, () => object>> = { loaded, endToEnd, fromMemory };
  const made = Object.entries(sources).find(([name]) => name === phase)?.[1];
  stdout.write(JSON.stringify(made === undefined ? phases[phase]?.() : madeUp(made)));
}
