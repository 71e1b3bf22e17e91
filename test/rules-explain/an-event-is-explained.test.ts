import { expect, test } from "vitest";
import { explainer } from "../../rules/explain.ts";
import { eventFromFields } from "../../rules/sample-event.ts";
import { detectionRule } from "../rules/one-rule.ts";

const RULE = `title: Ping in a shell
id: ping
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\cmd.exe'
    CommandLine|contains:
      - ping
      - tracert
  filter:
    - User: SYSTEM
    - ParentImage: null
  condition: selection and not filter
`;

const EVENT = {
  Channel: "Microsoft-Windows-Sysmon/Operational",
  EventID: "1",
  Image: "C:\\Windows\\cmd.exe",
  ParentImage: "C:\\x.exe",
  CommandLine: "cmd /c ping -n 6 127.0.0.1",
};

function explained(changes: Readonly<Record<string, string>>) {
  const explanation = explainer(detectionRule(RULE), RULE)?.(eventFromFields({ ...EVENT, ...changes }));
  const items = explanation?.searches.flatMap((search) => search.items) ?? [];
  return {
    ...explanation,
    failing: items.filter(({ holds }) => !holds).map(({ line, key, found }) => ({ line, key, found })),
  };
}

test("an event that matches: every search with what it expected and found", () => {
  expect(explained({})).toMatchObject({
    matches: true,
    condition: "selection and not filter",
    searches: [
      {
        name: "selection",
        holds: true,
        items: [{ expected: ["\\cmd.exe"], found: ["C:\\Windows\\cmd.exe"] }, { line: 10 }],
      },
      { name: "filter", holds: false },
    ],
  });
});

test("an item that fails is named by line and key, with the value that the event has", () => {
  const { matches, failing } = explained({ CommandLine: "cmd /c dir" });
  expect(matches).toBe(false);
  expect(failing[0]).toEqual({ line: 10, key: "selection.CommandLine|contains", found: ["cmd /c dir"] });
});

test("a filter that holds is seen to hold, an event of another log to be of another", () => {
  const filtered = explained({ User: "SYSTEM" });
  expect(filtered).toMatchObject({ matches: false, inLogsource: true });
  expect(filtered.searches?.map(({ holds }) => holds)).toEqual([true, true]);
  expect(explained({ EventID: "5" })).toMatchObject({ matches: false, inLogsource: false });
});
