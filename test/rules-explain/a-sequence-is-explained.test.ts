import { expect, test } from "vitest";
import { explainSequence } from "../../cli/explain-sequence.ts";
import { LIBRARY } from "../../cli/package-root.ts";
import type { WindowsEvent } from "../../model/event.ts";
import { loadRules } from "../../rules/load.ts";
import { eventFromFields } from "../../rules/sample-event.ts";

const set = loadRules([LIBRARY]);

async function explained(events: readonly WindowsEvent[]): Promise<string> {
  const rule = set.sequences.find(({ name }) => name === "issuer_list_too_long");
  if (rule === undefined) throw new Error("the built-in rule is not loaded");
  async function* all() {
    yield* events;
  }
  return explainSequence(rule, set, all());
}

test("a step that nothing fills is named with what it needs", async () => {
  expect(await explained([])).toMatch(
    /: 0 incidents\.\n {2}no {2}failing: needs 1 of issuer_list_truncated; 0 in these logs\n/,
  );
});

test("a step that is filled names the first of its events", async () => {
  const event = eventFromFields({
    Computer: "EDGE01.contoso.example",
    Channel: "System",
    Provider_Name: "Schannel",
    EventID: "36885",
    EventRecordID: "7",
    TimeCreated: "2026-02-03T04:05:06Z",
  });
  expect(await explained([event])).toMatch(
    /yes failing: 1 events, the first issuer_list_truncated at 2026-02-03T04:05:06\.0000000Z \(System record 7\)/,
  );
});
