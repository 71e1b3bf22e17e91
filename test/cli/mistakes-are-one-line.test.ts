import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, rootcause } from "./run.ts";

const folder = await emptyFolder();
await writeFile(join(folder, "notes.txt"), "no log");
await writeFile(join(folder, "notes.json"), "{}");
await writeFile(join(folder, "kafka.yml"), "kafka: { brokers: [127.0.0.1:1] }\n");
await mkdir(join(folder, "empty"));
await mkdir(join(folder, "logs"));
await writeFile(join(folder, "logs/System.evtx"), Buffer.from("ElfFile\0".padEnd(4_096, "\0")));
await symlink("notes.json", join(folder, "link.jsonl"));
await writeFile(join(folder, "typo.yml"), "roots:\n  mustStayOf: []\n");

test.concurrent.for([
  [["scna"], /^rootcause: unknown command 'scna'\n\(Did you mean scan\?\)\n$/],
  [["scan"], /^rootcause: missing required argument 'path'\n$/],
  [
    ["scan", "x", "--format", "xml"],
    /^rootcause: option '--format <format>' argument 'xml' is invalid\. Allowed choices are table, json/,
  ],
  [["scan", "x", "--from", "yesterday"], /Give a date or a date and time, like 2026-03-02 or/],
  [
    ["scan", "notes.json", "--follow"],
    /^rootcause: notes\.json: only EVTX logs are followed; read.* without --follow\.\n$/,
  ],
  [
    ["scan", "x", "--message-format", "syslog"],
    /argument 'syslog' is invalid\. Allowed choices are winlogbeat, evtx-dump/,
  ],
  [["scan", "x", "--message-format", "xml", "--follow"], /cannot be used with option '--follow'\n$/],
  [["scan", "x", "--jobs", "0"], /Give a whole number, 1 or more\.\n$/],
  [["scan", "x", "--must-stay-off", "12:34"], /"1234" is no SHA-1 thumbprint: 40 hexadecimal digits/],
  [
    ["scan", "x", "--output", "no/such/folder.csv"],
    /^rootcause: Cannot write no\/such\/folder\.csv \(ENOENT.*\): name another file with --output\.\n$/,
  ],
  [
    ["dump", "logs/System.evtx", "--output", "logs/../logs/System.evtx"],
    /^rootcause: Cannot write logs\/\.\.\/logs\/System\.evtx, which is a log to be read: name another file with --output\.\n$/,
  ],
  [["scan", "logs", "--output", "logs/System.evtx"], /^rootcause: Cannot write logs\/System\.evtx, which is a log to/],
  [["scan", "notes.json", "--output", "link.jsonl"], /^rootcause: Cannot write link\.jsonl, which is a log to be read/],
  [
    ["scan", "x", "--config", "typo.yml"],
    /^rootcause: typo\.yml:2: roots\.mustStayOf: there is no such key; did you mean mustStayOff\?\n$/,
  ],
  [
    ["incidents"],
    /^rootcause: There is no store at rootcause-data: run "rootcause scan PATH" first, or name one with --store\.\n$/,
  ],
  [["dump", "none.evtx"], /^rootcause: Cannot read none\.evtx \(ENOENT.*\): check the path.*\n$/],
  [["dump", "."], /^rootcause: \. is a folder: name the EVTX files in it\.\n$/],
  [
    ["scan", "notes.txt", "--from", "2026-02-30"],
    /^rootcause: option '--from <time>' argument '2026-02-30' is invalid\. Give a date.*\n$/,
  ],
  [["scan", "notes.txt", "--from", "2026-03-02", "--to", "2026-03-01"], /^rootcause: --from is not before --to.*\n$/],
  [
    ["scan", "notes.txt"],
    /^rootcause: notes\.txt: this is not an EVTX file: it does not begin with "ElfFile"; a file of JSON or XML must end in \.json.*\n$/,
  ],
  [["dump", "notes.txt"], /^rootcause: notes\.txt: this is not an EVTX file.*\n$/],
  [["ingest", "--follow"], /^rootcause: --follow goes on with EVTX logs: name files of them, or folders\.\n$/],
  [["ingest", "notes.txt"], /^rootcause: ingest publishes to Kafka, and the configuration has no section kafka:.*\n$/],
  [
    ["ingest", "none", "--config", "kafka.yml"],
    /^rootcause: none: there is no such file or folder; check the path\.\n$/,
  ],
  [
    ["rules", "show", "no-such-rule"],
    /^rootcause: There is no rule "no-such-rule": "rootcause rules list" shows those that there are\.\n$/,
  ],
  [["rules", "list", "--no-builtin"], /^rootcause: --no-builtin leaves no rules: name some with --rules DIR\.\n$/],
  [["rules", "check", "empty"], /^rootcause: empty: no rules there: no \.yml and no \.yaml file\.\n$/],
  [["rules", "list", "--rules", "none"], /^rootcause: No rules at none: there is no such file or folder\.\n$/],
] as const)("rootcause %s", async ([words, said], { expect }) => {
  const { code, out, err } = await rootcause(folder, ...words);
  expect(err).toMatch(said);
  expect({ code, out }).toEqual({ code: 2, out: "" });
});

test("what was to be read is as it was", async () => {
  expect((await stat(join(folder, "logs/System.evtx"))).size).toBe(4_096);
  expect(await readFile(join(folder, "notes.json"), "utf8")).toBe("{}");
});

test("--version and --help are no mistakes", async () => {
  expect(await rootcause(folder, "--version")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  for (const command of ["scan", "incidents", "dump", "ingest", "rules", "config", "simulate"]) {
    const { code, out, err } = await rootcause(folder, command, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Examples:\n  rootcause ");
  }
});
