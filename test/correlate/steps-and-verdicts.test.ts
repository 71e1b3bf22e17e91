import { describe, expect, test } from "vitest";
import type { Coverage } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import { at, detection } from "./detections.ts";
import { incidentsOf } from "./story.ts";

const A = "A".repeat(40);
const B = "B".repeat(40);

/** A root comes back at hour 0, and the machine restarts 400 hours later. */
const armedAndRestarted = [
  detection("root_added_by_auto_update", 0, { Name: "Root A", Thumbprint: A, Change: "came back" }),
  detection("host_started", 400),
];

/** Failures that come every six minutes, from the hour for so many hours. */
function outage(
  from: number,
  hours: number,
  rule = "tls_alert_received",
  fields: Readonly<Record<string, string>> = { Alert: "48" },
): readonly Detection[] {
  return Array.from({ length: hours * 10 }, (_, i) => detection(rule, from + 0.05 + i / 10, fields));
}

function logged(from: number, to: number): readonly Coverage[] {
  return [{ computer: "EDGE01", channel: "System", first: at(from), last: at(to) }];
}

function only(detections: readonly Detection[], coverage: readonly Coverage[] = []) {
  const incidents = incidentsOf(detections, coverage).filter(({ rule }) => rule.name === "root_change_broke_tls");
  expect(incidents).toHaveLength(1);
  const [incident] = incidents;
  if (incident === undefined) throw new Error("no incident");
  return incident;
}

describe("the story", () => {
  test("is told in its steps, each with the very events that fill it", () => {
    const failures = outage(400, 5);
    const { state, severity, evidence, title } = only([...armedAndRestarted, ...failures]);
    expect({ state, severity, title }).toEqual({
      state: "failing",
      severity: "critical",
      title: "Root A came back on EDGE01; TLS has failed since the restart",
    });
    expect(evidence.map(({ step, count, first }) => ({ step, count, first }))).toEqual([
      { step: "armed", count: 1, first: at(0) },
      { step: "triggered", count: 1, first: at(400) },
      { step: "failing", count: 50, first: at(400.05) },
    ]);
    expect(evidence[2]?.events[0]?.detectionId).toBe(failures[0]?.id);
  });

  test("is one incident however long it lasts", () => {
    expect(only([...armedAndRestarted, ...outage(400, 60), ...outage(470, 10)]).evidence.at(-1)?.count).toBe(700);
  });

  test("is not told where the log does not reach back before the restart: silence there means nothing", () => {
    const { state, verdict } = only([...armedAndRestarted, ...outage(400, 5)], logged(399.9, 500));
    expect(state).toBe("triggered");
    expect(verdict).toContain("too little to tell a rise from chance");
  });

  test("begins anew with a root that comes after the restart", () => {
    const later = detection("root_added_by_auto_update", 401, { Name: "Root B", Thumbprint: B });
    const incidents = incidentsOf([...armedAndRestarted, later, ...outage(402, 5)]);
    expect(incidents.map(({ state }) => state)).toEqual(["failing", "armed"]);
  });

  test("takes several roots of one moment as one incident that names them all", () => {
    const { title, evidence } = only([
      detection("root_changed_by_auto_update", 0, { Name: "Root B", Thumbprint: B, Change: "changed" }),
      ...armedAndRestarted,
    ]);
    expect(title).toMatch(/^Root [AB] (came back|changed) \(1 more change\) on EDGE01/);
    expect(evidence[0]?.events.map(({ fields }) => fields.Name).toSorted()).toEqual(["Root A", "Root B"]);
  });
});

describe("the end", () => {
  const removed = detection("root_removed_by_auto_update", 420, { Name: "Root A", Thumbprint: A });
  const restarted = detection("host_started", 421);

  test("is reached when the root is taken back and the failures have ended", () => {
    const { state, evidence } = only([...armedAndRestarted, ...outage(400, 21), removed, restarted], logged(0, 500));
    expect(state).toBe("resolved");
    expect(evidence.find(({ step }) => step === "failing")?.count).toBe(210);
  });

  test("is not reached while they go on", () => {
    expect(only([...armedAndRestarted, ...outage(400, 100), removed, restarted], logged(0, 500)).state).toBe("failing");
  });

  test("is not concluded from a log that ends too soon", () => {
    expect(only([...armedAndRestarted, ...outage(400, 21), removed, restarted], logged(0, 425)).state).toBe("failing");
  });
});

describe("the verdict", () => {
  test("is strong when a failure names the very certificate that changed", () => {
    const named = detection("chain_to_untrusted_root", 401, { Alert: "11", Thumbprint: A.toLowerCase() });
    expect(only([...armedAndRestarted, ...outage(400, 5), named]).strength).toBe("strong");
    expect(only([...armedAndRestarted, ...outage(400, 5)]).strength).toBe("medium");
  });

  test("is weak, and says why, when something else changed as well", () => {
    const { strength, verdict } = only([
      ...armedAndRestarted,
      detection("tls_settings_changed", 390),
      ...outage(400, 5),
    ]);
    expect(strength).toBe("weak");
    expect(verdict).toContain("Against it: TLS protocol or cipher settings were changed");
  });

  test("is weak when it took a second restart", () => {
    expect(only([...armedAndRestarted, detection("host_started", 600), ...outage(600, 5)]).strength).toBe("weak");
  });
});

test("failures that updates turned off explain better are not blamed on a root", () => {
  const off = detection("root_updates_turned_off", 10);
  const incidents = incidentsOf([
    ...armedAndRestarted,
    off,
    ...outage(401, 20, "tls_chain_not_trusted", { Alert: "36882" }),
  ]);
  const states = Object.fromEntries(incidents.map(({ rule, state }) => [rule.name, state]));
  expect(states).toEqual({ root_updates_off_broke_tls: "failing", root_change_broke_tls: "triggered" });
});

test("a computer is one, however its name is written", () => {
  const lower = outage(400, 5, "tls_alert_received", { Alert: "48", Computer: "edge01" });
  expect(only([...armedAndRestarted, ...lower]).state).toBe("failing");
});
