/**
 * How long the public Windows rules take to load, and how many events a second they are matched against, by processor time.
 * `node bench/rules.ts [folder of Sigma rules]`; the events are made up, the busiest kinds of them.
 */
import { join } from "node:path";
import type { WindowsEvent } from "../model/event.ts";
import { Shape } from "../model/shape.ts";
import { loadRules } from "../rules/load.ts";
import { createMatcher } from "../rules/sigma/matcher.ts";

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

const folder = process.argv[2] ?? join(import.meta.dirname, "../../shared/corpus/sigma-rules");
const begun = process.cpuUsage();
const rules = loadRules([folder]);
console.log(`${rules.detections.length} rules loaded in ${Math.round(elapsedMs(begun))} ms`);
const matcher = createMatcher(rules.detections);
for (const [name, event] of Object.entries(sources)) console.log(`${name}: ${perSecond(event)} events a second`);

function perSecond(event: Source): number {
  for (let number = 0; number < 1000; number++) matcher.match(event(number));
  const start = process.cpuUsage();
  let number = 0;
  while (elapsedMs(start) < 3000) for (let more = 0; more < 1000; more++) matcher.match(event(number++));
  return Math.round((number / elapsedMs(start)) * 1000);
}

function elapsedMs(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
