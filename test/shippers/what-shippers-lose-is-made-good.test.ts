import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMessage } from "../../ingest/shippers/parse-message.ts";
import { readAll, readFirst, type WindowsEvent } from "../../model/event.ts";
import { exactIntegers } from "../../model/exact-integers.ts";
import { isoFromTicks } from "../../model/ticks.ts";

const THUMBPRINT = "D4DE20D05E66FC53FE1A50882C78DB2852CAE474";

describe("Unnamed data that a shipper dropped are taken from the message", () => {
  test.each([
    ["English", `Successful auto delete …:: Subject: <CN=a, O="b <c> d"> Sha1 thumbprint: <${THUMBPRINT}>.`],
    [
      "German",
      `Automatische Aktualisierung …: Antragsteller: <CN=a, O="b <c> d">, SHA1-Fingerabdruck: <${THUMBPRINT}>.`,
    ],
    ["Japanese", `サード パーティ … サブジェクト: <CN=a, O="b <c> d"> Sha1 拇印: <${THUMBPRINT}>。`],
  ])("in %s", (_language, message) => {
    expect(valuesOf(nxlog({ EventID: 4108, Message: message }), "Data")).toEqual(['CN=a, O="b <c> d"', THUMBPRINT]);
  });

  test.each([
    ["another event", { EventID: 4100, Message: `<x> <${THUMBPRINT}>` }],
    ["no thumbprint", { EventID: 4108, Message: "Subject: <CN=a> thumbprint: <none>" }],
    ["no subject", { EventID: 4108, Message: `thumbprint: <${THUMBPRINT}>` }],
    ["no message", { EventID: 4108 }],
  ])("but not from %s", (_what, message) => {
    expect(valuesOf(nxlog(message), "Data")).toEqual([]);
  });
});

describe("Data numbered by a shipper", () => {
  test("are at their places again, with what was empty in between", () => {
    expect(valuesOf(winlogbeat("EventLog", { param5: "13", param6: "60", Binary: "31" }), "Data")).toEqual([
      "",
      "",
      "",
      "",
      "13",
      "60",
    ]);
  });

  test("keep their names where the provider gave them these", () => {
    const event = winlogbeat("Service Control Manager", { param1: "Front-End", param2: "running" });
    expect([valuesOf(event, "param2"), valuesOf(event, "Data")]).toEqual([["running"], []]);
  });
});

describe("Times", () => {
  test.each([
    ["2016-08-29 19:01:09", "2016-08-29T19:01:09.0000000Z", "local"],
    ["2016-08-29T21:01:09.1234567+02:00", "2016-08-29T19:01:09.1234567Z", "event"],
    ["2016-08-29 19:01:09 -0500", "2016-08-30T00:01:09.0000000Z", "event"],
    [undefined, "2026-01-01T00:00:00.0000000Z", "received"],
  ])("%s is %s by the clock: %s", (created, expected, clock) => {
    const event = nxlog({ EventID: 1, EventTime: created ?? null, EventReceivedTime: "2026-01-01T00:00:00Z" });
    expect([isoFromTicks(event.time), readFirst(event, "TimeCreated"), event.clock]).toEqual([
      expected,
      expected,
      clock,
    ]);
  });

  test.each([
    ["yesterday", 'Its TimeCreated is no time: "yesterday".'],
    ["2026-02-30T00:00:00Z", 'Its TimeCreated is no time: "2026-02-30T00:00:00Z".'],
    ["x".repeat(500), `Its TimeCreated is no time: "${"x".repeat(40)}…".`],
    [{ at: 1 }, 'Its TimeCreated is no single value: "{…}".'],
  ])("%s is refused", (created, reason) => {
    expect(() => nxlog({ EventID: 1, EventTime: created, EventReceivedTime: "2026-01-01T00:00:00Z" })).toThrow(reason);
  });

  test("none at all is no field", () => {
    const event = nxlog({ EventID: 1, EventTime: "" });
    expect([event.time, event.clock, readFirst(event, "TimeCreated")]).toEqual([0n, "none", undefined]);
  });
});

describe("Numbers", () => {
  test.each([
    [-9187343239835811840n, "0x8080000000000000"],
    [4611686018427387907n, "0x4000000000000003"],
    ['"-9223372036854775808"', "0x8000000000000000"],
    ['"0x0080000000000000"', "0x80000000000000"],
  ])("keywords %s are %s", (written, expected) => {
    const text = `{"SourceName":"P","EventID":"1","EventTime":"","Keywords":${written}}`;
    expect(readFirst(parseMessage(text), "Keywords")).toBe(expected);
  });
});

test("every digit of a long number is kept, whatever text stands around it", () => {
  const text = fc.string({ unit: "binary" }).map((any) => any.toWellFormed());
  const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(text, text, number, number, (before, after, one, other) => {
      const message = { SourceName: "P", EventID: 1, EventTime: "", A: before, B: one, C: [after, other], D: '\\"1' };
      const event = parseMessage(JSON.stringify(message, exactIntegers));
      const expected = [[before], [String(one)], [after, String(other)], ['\\"1']];
      expect(["A", "B", "C", "D"].map((name) => valuesOf(event, name))).toEqual(expected);
    }),
  );
});

test("events of one form share their shape", () => {
  const one = nxlog({ EventID: 1, A: "1" });
  expect(nxlog({ EventID: 2, A: "2" }).shape).toBe(one.shape);
  expect(nxlog({ EventID: 1, B: "1" }).shape).not.toBe(one.shape);
});

function nxlog(message: object) {
  return parseMessage(JSON.stringify({ SourceName: "Microsoft-Windows-CAPI2", EventTime: "", ...message }));
}

function winlogbeat(provider: string, data: object) {
  return parseMessage(JSON.stringify({ winlog: { provider_name: provider, event_id: "1", event_data: data } }));
}

function valuesOf(event: WindowsEvent, name: string): readonly string[] {
  const field = event.shape.field(name);
  return field === undefined ? [] : readAll(event, field);
}
