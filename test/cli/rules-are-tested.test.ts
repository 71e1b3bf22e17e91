import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyFolder, rootcause } from "./run.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootcause-rules-"));
  await writeFile(
    join(folder, "start.yml"),
    "title: Log started\nid: 00000000-0000-4000-8000-000000000001\nlevel: low\nlogsource: { product: windows, service: system }\ndetection: { selection: { EventID: 6005 }, condition: selection }\n",
  );
  await writeFile(
    join(folder, "start.test.yml"),
    "- { name: it started, event: { Channel: System, EventID: 6005 }, expect: match }\n- { name: it stopped, event: { Channel: System, EventID: 6006 }, expect: match }\n",
  );
});
afterAll(() => rm(folder, { recursive: true }));

test("the built-in rules hold against their own examples", async () => {
  const { code, out } = await rootcause(folder, "rules", "test");
  expect(out).toMatch(/^(\d+) of \1 examples hold\.\n$/);
  expect(code).toBe(0);
});

test("an example that does not hold is named with what happened instead", async () => {
  const { code, out } = await rootcause(folder, "rules", "test", ".");
  expect(out).toMatch(
    /^start\.test\.yml:2: .*: it stopped\n {2}expected a match, but nothing matched: .*\n {2}no {2}condition: selection\n {6}no {2}selection\n {10}no {2}line 5, selection\.EventID: expected "6005"; EventID is "6006"\n1 of 2 examples hold\.\n$/,
  );
  expect(code).toBe(2);
});

test("every command takes the rules and the lists of the configuration; examples may stand in a rule's own file", async () => {
  const home = await emptyFolder();
  await writeFile(
    join(home, "rootcause.yml"),
    "rules: { paths: [own.yml], builtin: false, expand: { admins: [alice, bob] } }\n",
  );
  await writeFile(
    join(home, "own.yml"),
    `title: Admin
logsource: { product: windows, service: security }
detection: { s: { User|expand: '%admins%' }, condition: s }
---
tests:
  - { name: bob, event: { Channel: Security, User: bob }, expect: match }
`,
  );
  const lists = await rootcause(home, "rules", "list");
  expect([lists.code, lists.out]).toEqual([0, expect.stringMatching(/^Admin .*\n$/)]);
  expect((await rootcause(home, "rules", "test")).out).toBe("1 of 1 examples hold.\n");
  expect((await rootcause(home, "rules", "sql", "own.yml")).out).toContain("['alice', 'bob']");
  expect((await rootcause(home, "rules", "check")).out).toMatch(/1 of 1 rules run\.\n$/);
});

test("a rule is explained with several logs; what cannot be read there makes exit code 4, a record that is not there 2", async () => {
  const event = (id: number, record: number) =>
    JSON.stringify({
      Event: {
        System: {
          Provider: { "#attributes": { Name: "EventLog" } },
          Channel: "System",
          EventID: id,
          EventRecordID: record,
          Computer: "A",
          TimeCreated: { "#attributes": { SystemTime: "2026-01-01T00:00:00Z" } },
        },
      },
    });
  await writeFile(join(folder, "one.jsonl"), `${event(6006, 1)}\n{ broken\n`);
  await writeFile(join(folder, "two.jsonl"), `${event(6005, 2)}\n`);
  const logs = ["--event", "one.jsonl", "--event", "two.jsonl"];
  const { code, out, err } = await rootcause(folder, "rules", "explain", "start.yml", ...logs, "--format", "json");
  expect(JSON.parse(out)).toMatchObject({ events: 2, ofLogsource: 2, matching: 1, explained: [{ matches: true }] });
  expect([code, err]).toEqual([4, expect.stringMatching(/^one\.jsonl: once not readable\n {2}at line 2, byte \d+: /)]);
  const missing = await rootcause(folder, "rules", "explain", "start.yml", ...logs, "--record", "9");
  expect([missing.code, missing.err]).toEqual([
    2,
    "rootcause: one.jsonl, two.jsonl: no event has the EventRecordID 9; check the number and the file.\n",
  ]);
});

test("a folder is checked: what is refused, what can match nothing, what costs much, and how many rules run", async () => {
  const checked = await mkdtemp(join(tmpdir(), "rootcause-rules-"));
  const rule = (name: string, category: string, detection: string) =>
    writeFile(
      join(checked, `${name}.yml`),
      `title: ${name}\nlogsource: { product: windows, category: ${category} }\ndetection:\n  s: { ${detection} }\n  condition: s\n`,
    );
  await rule("a", "process_creation", "Image|contain: x");
  await rule("b", "process_creation", "EventID: 7, Image: x");
  await rule("c", "file_event", "CommandLine|contains: evil");
  await rule("d", "file_event", "TargetFilename|re: '[a-z]+'");
  await rule("e", "proxy", "A: 1");
  const { code, out } = await rootcause(checked, "rules", "check", ".");
  expect(out).toBe(`a.yml:4: a: refused: detection.s.Image|contain: unknown modifier "contain"; did you mean contains?
e.yml:1: e: inactive: no Windows event log holds category "proxy"
b.yml:5: b: never matches: no event of its logsource fulfils the condition: its channels or event ids contradict it
c.yml:4: c: unknown field: no event of category "file_event" has a field "CommandLine"
d.yml:5: d: expensive: is tried on every event of its logsource: it needs no value that could be looked up
3 of 5 rules run.
1 rule is refused.
1 cannot match here: no Windows event log holds category "proxy".
`);
  expect(code).toBe(2);
  await rm(checked, { recursive: true });
});
