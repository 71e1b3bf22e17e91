import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { recordToXml } from "../../ingest/evtx/xml.ts";
import { readAll } from "../../model/event.ts";
import { isoFromTicks } from "../../model/ticks.ts";
import type { EventToWrite } from "../../simulator/evtx-writer/event-to-write.ts";
import type { TypedValue } from "../../simulator/evtx-writer/typed-value.ts";
import { writeEvtx } from "../../simulator/evtx-writer/write-evtx.ts";
import { log } from "./events.ts";
import { hasOtherReader, readWithOther } from "./other-reader.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

describe("What is written into EVTX comes back", () => {
  test("to our reader: every value of every type, in every chunk, without a complaint", () => {
    using folder = new TemporaryFolder();
    const path = folder.file("any.evtx");
    fc.assert(
      fc.property(log, (events) => {
        writeEvtx(path, events);
        expect(readBack(path, events)).toEqual(events.map(expectedFields));
      }),
      { numRuns: 60 },
    );
  });

  test("UserData as elements with their attributes and text", () => {
    using folder = new TemporaryFolder();
    const path = folder.file("capi2.evtx");
    const result = { name: "Result", attributes: [["value", "800b0109"] as const], content: "<not> & trusted" };
    writeEvtx(path, [eventWith({ kind: "userData", root: { name: "Chain", content: [result, { name: "Empty" }] } })]);
    using file = openEvtx(path);
    const [xml] = [...file.records(complain)].map(recordToXml);
    expect(xml).toContain('<Result value="800b0109">&lt;not&gt; &amp; trusted</Result><Empty');
  });

  test("an event too large for a chunk is refused by name", () => {
    using folder = new TemporaryFolder();
    const strings = ["x".repeat(20_000), "y".repeat(20_000)];
    expect(() => writeEvtx(folder.file("large.evtx"), [eventWith({ kind: "unnamed", strings })])).toThrow(
      "Event 4097 of CAPI2 (record 1) does not fit into a chunk",
    );
  });

  test("a value that its type cannot hold is refused", () => {
    using folder = new TemporaryFolder();
    for (const value of [
      { type: "uint8", value: 256 },
      { type: "guid", value: "{no}" },
      { type: "sid", value: "S-1" },
      { type: "strings", value: ["a\u0000b"] },
      { type: "hex64", value: -1n },
    ] satisfies readonly TypedValue[])
      expect(() =>
        writeEvtx(folder.file("bad.evtx"), [eventWith({ kind: "named", fields: [["Value", value]] })]),
      ).toThrow(RangeError);
  });
});

describe.skipIf(!hasOtherReader)("What is written into EVTX comes back to another reader", () => {
  test("UserData with its attributes", () => {
    using folder = new TemporaryFolder();
    const path = folder.file("capi2.evtx");
    const result = { name: "Result", attributes: [["value", "800b0109"] as const], content: "not trusted" };
    writeEvtx(path, [eventWith({ kind: "userData", root: { name: "Chain", content: [result] } })]);
    const [[, event] = []] = readWithOther([path]).get(path) ?? [];
    expect(event?.UserData).toEqual({
      Chain: { Result: { "#attributes": { value: "800b0109" }, "#text": "not trusted" } },
    });
  });

  test("with the same values", () => {
    using folder = new TemporaryFolder();
    const logs = fc.sample(log, { numRuns: 80, seed: 1 });
    const paths = logs.map((events, index) => {
      const path = folder.file(`${index}.evtx`);
      writeEvtx(path, events);
      return path;
    });
    const records = readWithOther(paths);
    logs.forEach((events, index) => {
      const found = records.get(paths[index] ?? "") ?? [];
      expect(found.map(([recordId]) => BigInt(recordId))).toEqual(events.map(({ recordId }) => recordId));
      expect(found.map(([, event]) => event.EventData ?? null)).toEqual(events.map(({ data }) => otherData(data)));
    });
  });
});

function eventWith(data: EventToWrite["data"]): EventToWrite {
  return {
    provider: { name: "CAPI2" },
    eventId: 4097,
    level: 4,
    task: 0,
    keywords: 0n,
    time: 134_000_000_000_000_000n,
    recordId: 1n,
    channel: "Application",
    computer: "FE01",
    data,
  };
}

function complain({ reason }: { readonly reason: string }): never {
  throw new Error(reason);
}

/** The values of the fields that `expectedFields` names. */
function readBack(path: string, events: readonly EventToWrite[]) {
  using file = openEvtx(path);
  return [
    ...file.records(complain).map((record) => {
      const written = events[Number(record.recordId) - 1];
      const names = written === undefined ? [] : Object.keys(expectedFields(written));
      return Object.fromEntries(
        names.map((name) => {
          const field = record.shape.field(name);
          return [name, field === undefined ? [] : readAll(record, field)];
        }),
      );
    }),
  ];
}

function expectedFields(event: EventToWrite): Readonly<Record<string, readonly string[]>> {
  const present = (value: unknown) => (value === undefined ? [] : [String(value)]);
  return {
    Provider_Name: [event.provider.name],
    Provider_Guid: present(event.provider.guid),
    Provider_EventSourceName: present(event.provider.sourceName),
    EventID: [String(event.eventId)],
    EventID_Qualifiers: present(event.qualifiers),
    Version: present(event.version),
    Level: [String(event.level)],
    Task: [String(event.task)],
    Opcode: present(event.opcode),
    Keywords: [`0x${event.keywords.toString(16)}`],
    TimeCreated: [isoFromTicks(event.time)],
    EventRecordID: [String(event.recordId)],
    Execution_ProcessID: present(event.execution?.processId),
    Execution_ThreadID: present(event.execution?.threadId),
    Channel: [event.channel],
    Computer: [event.computer],
    Security_UserID: present(event.userSid),
    ...expectedData(event.data),
  };
}

function expectedData(data: EventToWrite["data"]): Readonly<Record<string, readonly string[]>> {
  if (data.kind === "userData") return {};
  const binary = data.binary === undefined ? {} : { Binary: [Buffer.from(data.binary).toString("hex").toUpperCase()] };
  if (data.kind === "unnamed") return { Data: data.strings, ...binary };
  return { ...Object.fromEntries(data.fields.map(([name, value]) => [name, [printed(value)]])), ...binary };
}

/** A value as Windows prints it. */
function printed(value: TypedValue): string {
  switch (value.type) {
    case "hex32":
    case "hex64":
      return `0x${value.value.toString(16)}`;
    case "binary":
      return Buffer.from(value.value).toString("hex").toUpperCase();
    case "filetime":
      return isoFromTicks(value.value);
    case "null":
      return "";
    case "guid":
      return value.value.toLowerCase();
    default:
      return String(value.value);
  }
}

/** `EventData` as the other reader gives it: numbers as numbers, GUIDs in capitals without braces, times to the microsecond. */
function otherData(data: EventToWrite["data"]): unknown {
  if (data.kind === "userData") return null;
  const binary = data.binary === undefined ? undefined : Buffer.from(data.binary).toString("hex").toUpperCase();
  if (data.kind === "unnamed") {
    const text = data.strings.length === 1 ? data.strings[0] : data.strings;
    return { Data: { "#text": text }, Binary: binary ?? null };
  }
  const fields = data.fields.map(([name, value]) => [name, otherValue(value)] as const);
  if (fields.length === 0 && binary === undefined) return null;
  return { ...Object.fromEntries(fields), ...(binary === undefined ? {} : { Binary: binary }) };
}

function otherValue(value: TypedValue): unknown {
  switch (value.type) {
    case "int8":
    case "uint8":
    case "int16":
    case "uint16":
    case "int32":
    case "uint32":
    case "boolean":
      return value.value;
    case "int64":
    case "uint64":
      return Number(value.value);
    case "guid":
      return value.value.replaceAll(/[{}]/g, "").toUpperCase();
    case "filetime":
      return isoFromTicks(value.value).replace(/\dZ$/, "Z");
    default:
      return printed(value);
  }
}
