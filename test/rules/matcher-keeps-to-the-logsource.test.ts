import fc from "fast-check";
import { expect, test } from "vitest";
import type { WindowsEvent } from "../../model/event.ts";
import { whyNever } from "../../rules/can-match.ts";
import { eventFromFields, type SampleFields } from "../../rules/sample-event.ts";
import { detect } from "../../rules/sigma/detect.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import { detectionRule, ruleText } from "./one-rule.ts";

const SYSMON = {
  Channel: "Microsoft-Windows-Sysmon/Operational",
  Provider_Name: "Microsoft-Windows-Sysmon",
  EventID: "1",
};

function sourced(logsource: string, fields: SampleFields): boolean {
  const rule = detectionRule(`title: T\nid: t\nlogsource: ${logsource}\ndetection: {s: {A: 1}, condition: s}`);
  return createMatcher([rule]).match(eventFromFields(fields)).length > 0;
}

test.each([
  ["{product: windows}", { Channel: "Anything", A: "1" }, true],
  ["{product: windows}", { A: "1" }, true],
  ["{product: windows, service: system}", { Channel: "System", A: "1" }, true],
  ["{product: windows, service: system}", { Channel: "SYSTEM", A: "1" }, true],
  ["{product: windows, service: system}", { Channel: "Security", A: "1" }, false],
  ["{product: windows, service: system}", { A: "1" }, false],
  ["{product: windows, service: capi2}", { Channel: "Microsoft-Windows-CAPI2/Operational", A: "1" }, true],
  ["{product: windows, service: capi2}", { Channel: "Application", A: "1" }, false],
  ["{product: Windows, category: process_creation}", { ...SYSMON, A: "1" }, true],
  ["{product: windows, category: process_creation}", { ...SYSMON, EventID: "3", A: "1" }, false],
  ["{product: windows, category: process_creation}", { EventID: "1", Channel: "System", A: "1" }, false],
  ["{product: windows, category: registry_event}", { ...SYSMON, EventID: "13", A: "1" }, true],
  ["{product: windows, category: ps_script}", { Channel: "PowerShellCore/Operational", EventID: "4104", A: "1" }, true],
])("%s and %j: %j", (logsource, fields, expected) => {
  expect(sourced(logsource, fields)).toBe(expected);
});

const never = (detection: string, logsource = "{product: windows}") =>
  whyNever(detectionRule(`title: T\nid: t\nlogsource: ${logsource}\ndetection: ${detection}`));

test.each([
  ["{s: {A: 1}, condition: s and not s}", /contradicts itself/],
  ["{s: {A: x, B|re: y}, t: {A: x}, condition: s and not t}", /contradicts itself/],
  ["{s: {EventID: [4624]}, t: {eventid: 4625}, condition: s and t}", /several values of EventID/],
  ["{s: {Channel: Security}, t: {Channel: System}, condition: s and t}", /several values of Channel/],
  ["{s: {EventID: 1}, condition: s and not s or s and not s}", /contradicts itself/],
  ["{s: {A: null, A|exists: true}, condition: s}", /contradicts itself/],
  ["{s: {A: x}, t: {a: null}, condition: s and t}", /contradicts itself/],
  ["{s: {A: null}, condition: s and not s}", /contradicts itself/],
  ["{s: {EventID|gt: 5, EventID|lt: 3}, condition: s}", /several values of EventID/],
])("%s can never match: %s", (detection, reason) => {
  expect(never(detection)).toMatchObject({ reason: expect.stringMatching(reason), isSure: true });
});

test.each([
  "{s: {A: x}, t: {A: y}, condition: s and t}",
  "{s: {A|gt: 5, A|lt: 3}, condition: s}",
  "{s: {A|gte: 5, A|lte: 4}, condition: s}",
  "{s: {A: 7}, t: {A|lt: 3}, condition: s and t}",
])("%s matches only an event that has the field several times", (detection) => {
  expect(never(detection)).toMatchObject({ field: "A", isSure: false });
  expect(never(detection.replaceAll("A", "Image"), "{product: windows, category: file_event}")).toMatchObject({
    field: "Image",
    isSure: true,
  });
});

test.each([
  "{s: {A: x}, t: {A|contains: x}, condition: s and t}",
  "{s: {A|gt: 5, A|lt: 6}, condition: s}",
  "{s: {A: x}, t: {A: y}, condition: not (s and t)}",
  "{s: {A: null}, t: {A: x}, condition: s or t}",
  "{s: {Data: x}, t: {Data: y}, condition: s and t}",
  "{s: {EventID: [1, 2]}, t: {EventID: [2, 3]}, condition: s and t}",
  "{s: {EventID: 5}, t: {EventID|gt: 4}, condition: s and t}",
  "{s: {EventID: 1}, t: {EventID: 2}, condition: not s and not t}",
  "{s: {A: x}, t: {A: x, B: y}, condition: s and not t}",
  "{s: {A: x}, t: {B: y}, condition: (s or t) and not (s and t)}",
])("%s may match", (detection) => {
  expect(never(detection)).toBeUndefined();
});

test("what is said never to match matches nothing, and what hardly does, no event that has its fields once", () => {
  const item = fc.constantFrom(
    ...["A: x", "A: 'Y'", "A|cased: x", "A: null", "A|exists: true", "A|exists: false", "A: 3", "A: '3'", "B: x"],
    ...["A|gt: 2", "A|lt: 3", "A|gte: 3", "A|lte: 2", "B|fieldref: A", "A: ['x', 3]"],
  );
  const condition = fc.constantFrom(
    "s and t",
    "s and not t",
    "s and (t or not u)",
    "not s and t and u",
    "s and t and u",
  );
  const rules = fc.tuple(item, item, item, condition);
  const value = fc.constantFrom(undefined, "", "x", "X", "y", "1", "2", "2.5", "3", "0x3", "3.0", "4");
  fc.assert(
    fc.property(
      rules,
      fc.array(fc.tuple(value, value), { minLength: 20, maxLength: 40 }),
      ([s, t, u, condition], all) => {
        const rule = detectionRule(ruleText(`s:\n  ${s}\nt:\n  ${t}\nu:\n  ${u}\ncondition: ${condition}`));
        if (whyNever(rule) === undefined) return;
        const matcher = createMatcher([rule]);
        for (const [A, B] of all) {
          const event = { Channel: "X", ...(A === undefined ? {} : { A }), ...(B === undefined ? {} : { B }) };
          expect(matcher.match(eventFromFields(event))).toEqual([]);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("a matcher remembers shapes, not events", () => {
  const rule = detectionRule(ruleText("s:\n  EventID: 1\n  A: x\ncondition: s"));
  const matcher = createMatcher([rule]);
  const { shape } = eventFromFields({ EventID: "", A: "" });
  const event = (id: string, a: string): WindowsEvent => ({ shape, time: 0n, value: (slot) => [id, a][slot] });
  const seen = [event("1", "x"), event("2", "x"), event("1", "y"), event("1", "x")].map(
    (one) => matcher.match(one).length,
  );
  expect(seen).toEqual([1, 0, 0, 1]);
});

test("many rules together match what each matches alone", () => {
  const pool = ["a.exe", "b.exe", "\\a.exe", "C:\\x\\a.exe", "C:\\x\\A.EXE", "a", ""];
  const rules = [
    "s:\n  Image|endswith: '\\a.exe'\ncondition: s",
    "s:\n  Image|endswith: ['\\a.exe', '\\b.exe']\n  Other: a\ncondition: s",
    "s:\n  - Image|endswith: '\\a.exe'\n  - Other: b.exe\ncondition: s",
    "s:\n  Other: [a, b.exe]\nf:\n  Image|endswith: '\\a.exe'\ncondition: s and not f",
    "s:\n  Image: null\ncondition: s",
    "s:\n  Image|endswith: a.exe\ncondition: s",
    "s:\n  - exe\ncondition: s",
    "s:\n  Image|fieldref: Other\ncondition: s",
    "s:\n  Image: ''\nt:\n  Image|endswith: '\\b.exe'\ncondition: s or t",
  ].map((detection, at) => detectionRule(ruleText(detection).replace("id: t", `id: t${at}`)));
  const together = createMatcher(rules);
  const values = fc.array(fc.constantFrom(...pool), { maxLength: 2 });
  fc.assert(
    fc.property(values, values, (Image, Other) => {
      const event = eventFromFields({ Image, Other });
      const alone = rules.filter((rule) => createMatcher([rule]).match(event).length > 0);
      expect(together.match(event).map(({ id }) => id)).toEqual(alone.map(({ id }) => id));
    }),
  );
});

test("a detection carries what its rule captures", () => {
  const rule = detectionRule(
    `${ruleText("s:\n  EventID: 4097\ncondition: s")}capture:
  Subject: Data1
  Thumbprint: { field: TargetObject, match: '(?i)\\\\Certificates\\\\([0-9A-F]{40})' }
  Change: { value: added }
  Peer: [Nothing, Empty, { field: Data, match: '^b(.*)$' }]
  Last: { field: Data, match: '(.)$', take: last }
  Absent: Nowhere
`,
  );
  const thumbprint = "2796BAE63F1801E277261BA0D77770028F20EEE4";
  const event = eventFromFields({
    EventID: "4097",
    Computer: "EDGE1",
    Channel: "Application",
    Provider_Name: "Microsoft-Windows-CAPI2",
    EventRecordID: "7",
    TimeCreated: "2016-08-29T19:01:09.1234567Z",
    Data: ["CN=x", "bcd"],
    Empty: "",
    TargetObject: `HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\ROOT\\certificates\\${thumbprint}\\Blob`,
  });
  expect(detect(createMatcher([rule]), event)).toMatchObject([
    {
      rule: { id: "t", name: "t", title: "T", level: "informational" },
      event: { computer: "EDGE1", channel: "Application", eventId: 4097, recordId: 7n },
      fields: { Subject: "CN=x", Thumbprint: thumbprint, Change: "added", Peer: "cd", Last: "d" },
    },
  ]);
  expect(Object.keys(detect(createMatcher([rule]), event)[0]?.fields ?? {})).not.toContain("Absent");
});
