import { expect, test } from "vitest";
import { eventFromFields, type SampleFields } from "../../rules/sample-event.ts";
import { detect } from "../../rules/sigma/detect.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import { twinOf } from "../../rules/sigma/twins.ts";
import { detectionRule } from "./one-rule.ts";

function twinMatches(category: string, detection: string, eventId: string, fields: SampleFields): boolean {
  const rule = detectionRule(
    `title: T\nid: t\nlogsource: {product: windows, category: ${category}}\ndetection: ${detection}`,
  );
  const twin = twinOf(rule);
  const event = eventFromFields({ Channel: "Security", EventID: eventId, ...fields });
  expect(createMatcher([rule]).match(event)).toEqual([]);
  return twin !== undefined && createMatcher([twin]).match(event).length > 0;
}

const CMD = {
  NewProcessName: "C:\\Windows\\System32\\cmd.exe",
  CommandLine: "cmd /c x",
  ParentProcessName: "C:\\a.exe",
};

test.each<[string, SampleFields, boolean]>([
  ["{s: {Image|endswith: '\\cmd.exe', CommandLine|contains: /c}, condition: s}", CMD, true],
  ["{s: {Image|endswith: '\\net.exe'}, condition: s}", CMD, false],
  ["{s: [{Image|endswith: '\\cmd.exe'}, {OriginalFileName: Cmd.Exe}], condition: s}", CMD, true],
  ["{s: {OriginalFileName: Cmd.Exe}, condition: s}", CMD, false],
  ["{s: {Image|endswith: cmd.exe}, f: {ParentImage: 'C:\\a.exe'}, condition: s and not f}", CMD, false],
  ["{s: {Image|endswith: cmd.exe}, f: {User: bob}, condition: s and not f}", CMD, false],
  ["{s: {Image|endswith: cmd.exe}, f: {User: bob, CommandLine|contains: /k}, condition: s and not f}", CMD, true],
  ["{s: {Image|endswith: cmd.exe}, f: {Company: null}, condition: s and not f}", CMD, false],
  ["{s: {IntegrityLevel: [System, S-1-16-16384]}, condition: s}", { ...CMD, MandatoryLabel: "S-1-16-16384" }, true],
  ["{s: {IntegrityLevel: System}, condition: s}", { ...CMD, MandatoryLabel: "S-1-16-8192" }, false],
  ["{s: {ProcessId: 31}, condition: s}", { ...CMD, NewProcessId: "0x1f" }, true],
  ["{s: {ProcessId: '31'}, condition: s}", { ...CMD, NewProcessId: "0x1f" }, true],
  [
    "{s: {ParentProcessId: '31', LogonId: '0x1f'}, condition: s}",
    { ...CMD, ProcessId: "0x1f", SubjectLogonId: "0x1f" },
    true,
  ],
  ["{s: {ProcessId: '32'}, condition: s}", { ...CMD, NewProcessId: "0x1f" }, false],
  ["{s: {NewProcessName|endswith: '\\cmd.exe'}, condition: s}", CMD, true],
])("process creation, Security 4688: %s", (detection, fields, expected) => {
  expect(twinMatches("process_creation", detection, "4688", fields)).toBe(expected);
});

const CONNECTION = {
  Application: "\\device\\harddiskvolume3\\windows\\system32\\rundll32.exe",
  DestAddress: "203.0.113.9",
  DestPort: "443",
  Direction: "%%14593",
  Protocol: "6",
};

test.each([
  ["{s: {Image|endswith: '\\rundll32.exe', Initiated: 'true', DestinationPort: 443}, condition: s}", true],
  ["{s: {Image|startswith: 'C:\\Windows\\', Initiated: 'true'}, condition: s}", true],
  ["{s: {Image: 'C:\\Windows\\System32\\rundll32.exe'}, condition: s}", true],
  ["{s: {Image|startswith: 'C:\\Users\\'}, condition: s}", false],
  ["{s: {Initiated: 'false'}, condition: s}", false],
  ["{s: {Protocol: tcp}, f: {DestinationIp|cidr: 203.0.113.0/24}, condition: s and not f}", false],
  ["{s: {Protocol: tcp}, f: {DestinationHostname|endswith: .example}, condition: s and not f}", false],
])("network connection, Security 5156: %s", (detection, expected) => {
  expect(twinMatches("network_connection", detection, "5156", CONNECTION)).toBe(expected);
});

test("file access has no event of Sysmon's: Security 4663 alone", () => {
  const text = "{s: {FileName|endswith: '\\Login Data', Image|endswith: a.exe}, condition: s}";
  const rule = detectionRule(
    `title: T\nid: t\nlogsource: {product: windows, category: file_access}\ndetection: ${text}`,
  );
  const event = { Channel: "Security", EventID: "4663", ObjectName: "C:\\x\\Login Data", ProcessName: "C:\\a.exe" };
  expect(createMatcher([rule]).match(eventFromFields(event))).toEqual([rule]);
});

test("process termination, Security 4689; a rule for another event has no twin", () => {
  const detection = "{s: {Image|endswith: '\\lsass.exe'}, condition: s}";
  expect(twinMatches("process_termination", detection, "4689", { ProcessName: "C:\\x\\lsass.exe" })).toBe(true);
  expect(twinMatches("image_load", detection, "4689", { ProcessName: "C:\\x\\lsass.exe" })).toBe(false);
});

test("what is captured of either has the same name", () => {
  const rule = detectionRule(
    "title: T\nid: t\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {Image|endswith: cmd.exe}, condition: s}\ncapture: {Program: Image, CommandLine: CommandLine}",
  );
  const twin = twinOf(rule);
  const event = eventFromFields({ Channel: "Security", EventID: "4688", ...CMD });
  expect(detect(createMatcher(twin === undefined ? [] : [twin]), event).map(({ fields }) => fields)).toEqual([
    { Program: CMD.NewProcessName, CommandLine: CMD.CommandLine },
  ]);
});
