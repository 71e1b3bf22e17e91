import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { explainCorrelation } from "../../cli/explain-correlation.ts";
import { LIBRARY } from "../../cli/package-root.ts";
import { correlationText } from "../../cli/report/correlation-words.ts";
import { loadRules, type RuleSet } from "../../rules/load.ts";
import { eventFromFields, type SampleFields } from "../../rules/sample-event.ts";

const library = loadRules([LIBRARY]);

async function explained(set: RuleSet, name: string, events: readonly SampleFields[]): Promise<string> {
  const rule = [...set.sequences, ...set.correlations].find((one) => one.name === name);
  if (rule === undefined) throw new Error("the rule is not loaded");
  async function* all() {
    for (const fields of events) yield eventFromFields(fields);
  }
  return correlationText(await explainCorrelation(rule, set, all()));
}

test("a step of a sequence that nothing fills is named with what it needs", async () => {
  expect(await explained(library, "issuer_list_too_long", [])).toMatch(
    /: 0 incidents\.\n {2}no {2}failing: needs 1 of issuer_list_truncated; 0 in these logs\n/,
  );
});

test("a step that is filled names the first of its events", async () => {
  const event = {
    Computer: "EDGE01.contoso.example",
    Channel: "System",
    Provider_Name: "Schannel",
    EventID: "36885",
    EventRecordID: "7",
    TimeCreated: "2026-02-03T04:05:06Z",
  };
  expect(await explained(library, "issuer_list_too_long", [event])).toMatch(
    /yes failing: 1 event, the first issuer_list_truncated \(System record 7\) at 2026-02-03T04:05:06\.0000000Z\n/,
  );
});

const RULES = `title: Failed
name: failed
logsource: { product: windows, service: security }
detection: { s: { EventID: 4625 }, condition: s }
---
title: Succeeded
name: succeeded
logsource: { product: windows, service: security }
detection: { s: { EventID: 4624 }, condition: s }
---
title: Guessed
name: guessed
correlation: { type: temporal, rules: [failed, succeeded], group-by: [User], timespan: 1m }
---
title: Many
name: many
correlation: { type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: { gte: 3, lt: 1000 } }
`;

const logon = (EventID: string, User: string, second: number, EventRecordID = String(second)) => ({
  Computer: "A",
  Channel: "Security",
  EventID,
  User,
  EventRecordID,
  TimeCreated: `2026-01-01T00:0${Math.floor(second / 60)}:${String(second % 60).padStart(2, "0")}Z`,
});

test("a correlation of Sigma's own types says what it needs and what came nearest, or what made it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rootcause-rules-"));
  try {
    writeFileSync(join(folder, "rules.yml"), RULES);
    const set = loadRules([folder]);
    const events = [
      logon("4625", "bob", 0),
      logon("4625", "eve", 1),
      logon("4625", "BOB", 60),
      logon("4624", "bob", 200),
    ];
    expect(await explained(set, "many", events)).toBe(`Many: 0 incidents.
  no  event_count of failed within 1m: gte 3 and lt 1000, by User
      failed: 3 events in these logs
      nearest: User bob: 2 events from 2026-01-01T00:00:00.0000000Z to 2026-01-01T00:01:00.0000000Z
`);
    expect(await explained(set, "guessed", events)).toContain(
      "nearest: User bob: failed and not succeeded from 2026-01-01T00:00:00",
    );
    const found = await explained(set, "guessed", [...events, logon("4624", "Bob", 61)]);
    expect(found).toMatch(
      /^Guessed: 1 incident\.\n\nmatched: Guessed \(User bob\)\n {2}yes failed: 1 event, .*\n {2}yes succeeded: 1 event, the first succeeded \(Security record 61\)/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
