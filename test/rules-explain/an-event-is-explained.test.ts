import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Explainer, type Explanation } from "../../rules/explain.ts";
import { loadRules } from "../../rules/load.ts";
import { eventFromFields, type SampleFields } from "../../rules/sample-event.ts";

function explain(text: string, fields: SampleFields): Explanation {
  const folder = mkdtempSync(join(tmpdir(), "rootcause-rules-"));
  try {
    writeFileSync(join(folder, "rules.yml"), text);
    const placeholders = new Map([["tools", ["ping", "tracert"]]]);
    const set = loadRules([folder], { placeholders });
    const rule = set.detections.at(-1);
    if (rule === undefined) throw new Error(JSON.stringify(set.refused));
    return new Explainer(rule, set, placeholders).explain(eventFromFields(fields));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const RULE = `title: Ping in a shell
id: ping
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\cmd.exe'
    CommandLine|expand|contains:
      - '%tools%'
      - nothing
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

function explained(changes: SampleFields) {
  const { parts, ...rest } = explain(RULE, { ...EVENT, ...changes });
  const searches = parts[0]?.searches ?? [];
  const items = searches.flatMap((search) => search.items);
  const failing = items.filter(({ holds }) => holds === "no").map(({ line, key, found }) => ({ line, key, found }));
  return { ...rest, condition: parts[0]?.condition, searches, failing };
}

test("an event that matches: every search with what it expected and found", () => {
  expect(explained({})).toMatchObject({
    matches: true,
    condition: "selection and not filter",
    searches: [
      {
        name: "selection",
        holds: "yes",
        items: [
          { expected: ["\\cmd.exe"], found: [{ field: "Image", values: ["C:\\Windows\\cmd.exe"] }] },
          { line: 10 },
        ],
      },
      { name: "filter", holds: "no" },
    ],
  });
});

test("an item that fails is named by line and key, with the value that the event has", () => {
  const { matches, failing } = explained({ CommandLine: "cmd /c dir" });
  expect(matches).toBe(false);
  expect(failing[0]).toEqual({
    line: 10,
    key: "selection.CommandLine|expand|contains",
    found: [{ field: "CommandLine", values: ["cmd /c dir"] }],
  });
});

test("a filter that holds is seen to hold, an event of another log to be of another", () => {
  const filtered = explained({ User: "SYSTEM" });
  expect(filtered).toMatchObject({ matches: false, kind: "event" });
  expect(filtered.searches.map(({ holds }) => holds)).toEqual(["yes", "yes"]);
  expect(explained({ EventID: "5" })).toMatchObject({ matches: false, kind: "other" });
});

test("a twin is explained by its own fields; what it does not say is not known", () => {
  const twin = {
    Channel: "Security",
    EventID: "4688",
    NewProcessName: "C:\\cmd.exe",
    CommandLine: "ping",
    ParentProcessName: "x",
  };
  const { kind, matches, parts } = explain(RULE, twin);
  expect([kind, matches]).toEqual(["twin", false]);
  expect(parts[0]?.searches).toMatchObject([
    { name: "selection", holds: "yes", items: [{ found: [{ field: "NewProcessName", values: ["C:\\cmd.exe"] }] }, {}] },
    {
      name: "filter",
      holds: "not known",
      items: [{ beginsMap: true, found: [{ field: "User", values: undefined }] }, { holds: "no" }],
    },
  ]);
  const { parts: ofAccess } = explain(
    "title: A\nlogsource: { product: windows, category: file_access }\ndetection: { s: { FileName: x }, condition: s }\n",
    { Channel: "Security", EventID: "4663", ObjectName: "X" },
  );
  expect(ofAccess[0]?.searches[0]?.items[0]).toMatchObject({ holds: "yes", found: [{ field: "ObjectName" }] });
});

const MORE = `action: global
title: A
name: a
logsource: { product: windows }
detection: { words: [evil, mean], condition: words and other }
---
detection: { other: { A|fieldref: B } }
---
title: Not b
logsource: { product: windows }
filter: { rules: [a], s: { User: b }, condition: not s }
`;

test("keywords, references to fields, filters, and rules of a collection are explained too", () => {
  const { matches, parts } = explain(MORE, { A: "1", B: ["2", "3"], Text: "an EVIL one", User: "b" });
  expect(matches).toBe(false);
  expect(parts).toMatchObject([
    {
      filter: undefined,
      holds: "no",
      searches: [
        { name: "words", holds: "yes", items: [{ line: 5, found: [{ field: "Text", values: ["an EVIL one"] }] }] },
        {
          name: "other",
          items: [
            {
              line: 7,
              found: [
                { field: "A", values: ["1"] },
                { field: "B", values: ["2", "3"] },
              ],
            },
          ],
        },
      ],
    },
    { filter: { title: "Not b", place: { line: 9 } }, condition: "not s", holds: "no", searches: [{ holds: "yes" }] },
  ]);
});
