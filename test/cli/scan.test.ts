import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { IncidentOutput } from "../../output/schema.ts";
import { simulate } from "../../simulator/simulate.ts";
import { emptyFolder, MAIN, rootcause } from "./run.ts";

let folder: string;
/** The System log of the host that has the fault. */
let system: string;
beforeAll(async () => {
  folder = await emptyFolder();
  await simulate({ out: join(folder, "fleet"), hosts: 1, days: 28, scenarios: ["root-return"] });
  const { incidents } = z
    .object({ incidents: z.tuple([z.object({ computer: z.string() })]) })
    .parse(JSON.parse(await readFile(join(folder, "fleet/truth.json"), "utf8")));
  system = join("fleet", incidents[0].computer.split(".")[0] ?? "", "System.evtx");
  const torn = join(folder, "torn.evtx");
  await copyFile(join(folder, system), torn);
  await truncate(torn, 4096 + 3 * 65_536 + 5_000);
});

const Line = IncidentOutput.pick({ id: true, state: true, severity: true });

function parse(jsonLines: string) {
  return jsonLines
    .split("\n")
    .slice(0, -1)
    .map((line) => Line.parse(JSON.parse(line)));
}

describe.concurrent("scan", () => {
  test("finds the fault, keeps it, and finds the same again; what is for people stays off the data", async () => {
    const first = await rootcause(folder, "scan", "fleet", "--format", "jsonl");
    expect(first.code).toBe(0);
    expect(first.err).toMatch(
      /^Read \d+ files, [\d,]+ records \(.* MB\) in .* s; every record could be read\.\nfleet\/truth\.json: no events in it \(.*\)\nNext: /,
    );
    const [worst] = parse(first.out);
    expect(worst).toMatchObject({ state: "failing", severity: "critical" });

    const again = await rootcause(folder, "scan", "fleet", "--format", "jsonl", "--fail-on", "high");
    expect(again.code).toBe(3);
    expect(again.out).toBe(first.out);

    const kept = await rootcause(folder, "incidents", "--format", "jsonl");
    expect(kept).toEqual({ code: 0, out: first.out, err: "" });
    const shown = await rootcause(folder, "incidents", worst?.id.slice(0, 8) ?? "");
    expect(shown.out).toMatch(/^CRITICAL {2}/);
    expect(shown.out).toMatch(/\n {2}\+\d.* {2}failing {2}/);
    expect(shown.out).toContain("What to do: ");
  });

  test("what a shell has on standard input stays there", async () => {
    const scanThenRead = `printf '{"channel":"of the shell"}\\n' | { "$0" "$1" scan "$2" >/dev/null 2>&1; cat; }`;
    const { stdout } = await promisify(execFile)(
      "sh",
      ["-c", scanThenRead, process.execPath, MAIN, join(folder, system)],
      { cwd: await emptyFolder() },
    );
    expect(stdout).toBe('{"channel":"of the shell"}\n');
  });

  test("a damaged file costs only its own records, is named, and makes exit code 4", async () => {
    const { code, out } = await rootcause(folder, "scan", "torn.evtx", "--no-store");
    expect(code).toBe(4);
    expect(out).toMatch(
      /Read 1 file, [\d,]+ records .*; [\d,]+ records? could not be read and (is|are) left out\.\ntorn\.evtx: .*not readable.*\n {2}at byte /,
    );
    const dump = await rootcause(folder, "dump", "torn.evtx");
    expect(dump.code).toBe(4);
    expect(dump.err).toMatch(/^torn\.evtx: .*\n {2}at byte /m);
    expect(JSON.parse(dump.out.split("\n")[0] ?? "")).toHaveProperty("Event.System.EventRecordID");
  });

  test("links in a folder are not followed, but told; a link that is named is read", async () => {
    await mkdir(join(folder, "links/inner"), { recursive: true });
    await symlink(join(folder, system), join(folder, "links/a.evtx"));
    await symlink(join(folder, "links"), join(folder, "links/inner/circle"));
    await symlink(join(folder, "nowhere"), join(folder, "links/other"));
    const { code, out } = await rootcause(folder, "scan", "links", system, "--no-store");
    expect(code).toBe(4);
    expect(out).toMatch(/\nRead 1 file, /);
    for (const link of ["links/a.evtx", "links/inner/circle"])
      expect(out).toContain(`\n${link}: once not readable\n  at byte 0: it is a link, and is not followed: name it`);
    expect(out).not.toContain("links/other");
    const named = await rootcause(folder, "scan", "links/a.evtx", "--no-store");
    expect(named.code).toBe(0);
  });

  test("nothing is left of it but the header: that is damage too", async () => {
    await copyFile(join(folder, system), join(folder, "header.evtx"));
    await truncate(join(folder, "header.evtx"), 4096);
    const { code, out } = await rootcause(folder, "scan", "header.evtx", "--no-store");
    expect(code).toBe(4);
    expect(out).toMatch(
      /\nheader\.evtx: .*\n {2}at byte 4,096: the file's header counts \d+ chunks and .*; 0 are there\n/,
    );
  });

  test("a log that was cleared is a gap of that log, not of System, which tells of it", async () => {
    const event = (second: number, channel: string, provider: string, eventId: number, userData = "") =>
      `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="${provider}"/><EventID>${eventId}</EventID><TimeCreated SystemTime="2026-03-01T00:00:0${second}Z"/><EventRecordID>${second}</EventRecordID><Channel>${channel}</Channel><Computer>EDGE01</Computer></System>${userData}</Event>`;
    const cleared = "<UserData><LogFileCleared><Channel>Application</Channel></LogFileCleared></UserData>";
    const events = [
      event(1, "Application", "MsiInstaller", 1033),
      event(2, "System", "EventLog", 6013),
      event(3, "System", "Microsoft-Windows-Eventlog", 104, cleared),
    ];
    await writeFile(join(folder, "cleared.xml"), events.join("\n"));
    const { code, out } = await rootcause(folder, "scan", "cleared.xml", "--no-store", "--format", "jsonl");
    expect(code).toBe(0);
    const times = { from: "2026-03-01T00:00:01.0000000Z", to: "2026-03-01T00:00:03.0000000Z" };
    const gaps = out
      .split("\n")
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
    expect(gaps).toMatchObject([
      { kind: "gap", cause: "cleared", Computer: "EDGE01", Channel: "Application", ...times },
    ]);
  });

  test("what a flood cost is said", async () => {
    const failure = (record: number) =>
      `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Schannel"/><EventID>36887</EventID><TimeCreated SystemTime="${new Date(Date.UTC(2026, 2, 1) + record * 1000).toISOString()}"/><EventRecordID>${record}</EventRecordID><Channel>System</Channel><Computer>EDGE01</Computer></System><EventData><Data Name="AlertDesc">48</Data></EventData></Event>`;
    await writeFile(join(folder, "flood.xml"), Array.from({ length: 17_000 }, (_, at) => failure(at + 1)).join("\n"));
    const { code, out } = await rootcause(folder, "scan", "flood.xml", "--no-store");
    expect(code).toBe(0);
    expect(out).toMatch(/\n[\d,]+ detections came in floods and were only counted/);
  });

  test("JSON and XML: what is no event is lost by line and byte; folders are looked through for them; one format may be asked for", async () => {
    await mkdir(join(folder, "mixed/rootcause-data"), { recursive: true });
    const lines = (await rootcause(folder, "dump", system)).out.split("\n");
    await writeFile(
      join(folder, "mixed/a.jsonl"),
      `${lines.slice(0, 3).join("\n")}\n{"torn\n${lines.slice(3).join("\n")}`,
    );
    await writeFile(join(folder, "mixed/rootcause-data/rootcause-store.txt"), "");
    await writeFile(join(folder, "mixed/rootcause-data/follow.json"), "{}");
    for (let file = 0; file < 8; file++) await writeFile(join(folder, `mixed/${file}.json`), '{"name":"x"}');
    const { code, out } = await rootcause(folder, "scan", "mixed", "--no-store");
    expect(code).toBe(4);
    expect(out).toMatch(
      /; at least 1 record could not be read and is left out\.\nmixed\/a\.jsonl: once not readable\n {2}at line 4, byte [\d,]+: it is cut off: the line ends within a text\n/,
    );
    expect(out).toMatch(/\n(?:mixed\/\d\.json: no events in it \(.*\)\n){5}… and no events in 3 more files\nNext: /);
    const other = await rootcause(folder, "scan", "mixed/a.jsonl", "--no-store", "--message-format", "winlogbeat");
    expect(other.out).toContain("there are no events in it: It is none of the known formats, or not winlogbeat.");
  });

  test("writes to a file, with detections and between two moments", async () => {
    const words = ["--no-store", "--detections", "--format", "csv", "--from", "2026-02-02", "--to", "2026-02-03"];
    const { code, out } = await rootcause(folder, "scan", system, ...words, "--output", "found.csv");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    const [head, ...rows] = (await readFile(join(folder, "found.csv"), "utf8")).trimEnd().split("\n");
    expect(head).toBe("id,level,rule,title,Computer,Channel,Provider,EventID,EventRecordID,TimeCreated,fields");
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toContain(",2026-02-02T");
  });

  test("rules of one's own are used, and one that is wrong is named and costs only itself: the others run, and the exit code says so", async () => {
    await writeFile(
      join(folder, "own.yml"),
      `title: Every start of the event log
id: 00000000-0000-4000-8000-000000000001
level: low
logsource: { product: windows, service: system }
detection: { selection: { Provider_Name: EventLog, EventID: 6005 }, condition: selection }
---
title: Broken
detection: { condition: nothing }
`,
    );
    const words = ["--no-builtin", "--rules", "own.yml", "--no-store", "--detections", "--format", "jsonl"];
    const { code, out, err } = await rootcause(folder, "scan", system, ...words);
    expect(code).toBe(2);
    expect(out).toContain('"title":"Every start of the event log"');
    expect(err).toMatch(/^own\.yml:\d+: Broken: refused: /);
  });
});
