import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runExamples } from "../../rules/run-examples.ts";

const RULES = `title: a
name: a
logsource: { product: windows, service: system }
detection: { s: { EventID: 1 }, condition: s }
---
title: Stopped and not started again
name: stopped
level: high
correlation: { type: temporal, rules: [a, b], group-by: [Service], timespan: 5m, condition: a and not b }
---
title: b
name: b
logsource: { product: windows, service: system }
detection: { s: { EventID: 2 }, condition: s }
`;

const EXAMPLES = `
- name: nothing starts it
  rule: stopped
  event: { Channel: System, EventID: 1, Service: X, TimeCreated: "2026-01-01T00:00:00Z" }
  expect: { state: matched, severity: high }
- name: it is started again
  rule: stopped
  events:
    - { Channel: System, EventID: 1, Service: X, TimeCreated: "2026-01-01T00:00:00Z" }
    - { Channel: System, EventID: 2, Service: x, TimeCreated: "2026-01-01T00:05:00Z" }
  expect: no match
- name: another is started
  rule: stopped
  events:
    - { Channel: System, EventID: 1, Service: X, TimeCreated: "2026-01-01T00:00:00Z" }
    - { Channel: System, EventID: 2, Service: Y, TimeCreated: "2026-01-01T00:05:00Z" }
  expect: match
`;

test("the examples of a correlation are run like those of any rule; what is absent in them stays so", () => {
  const folder = mkdtempSync(join(tmpdir(), "rootcause-test-"));
  try {
    writeFileSync(join(folder, "services.yml"), RULES);
    writeFileSync(join(folder, "services.test.yml"), EXAMPLES);
    const { results, rules } = runExamples([folder]);
    expect(rules.refused).toEqual([]);
    expect(results.map(({ name, difference }) => [name, difference])).toEqual([
      ["nothing starts it", undefined],
      ["it is started again", undefined],
      ["another is started", undefined],
    ]);
    writeFileSync(join(folder, "services.test.yml"), EXAMPLES.replace("expect: no match", "expect: match"));
    expect(runExamples([join(folder, "services.yml")]).results[1]?.difference).toBe(
      "expected an incident, but found no incident; detections were of a, b, and it needs temporal within 5m: a and not b",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
