import fc from "fast-check";
import type { EventPayload, EventToWrite, UserDataElement } from "../../simulator/evtx-writer/event-to-write.ts";
import type { TypedValue } from "../../simulator/evtx-writer/typed-value.ts";

/** Any text that XML 1.0 can hold, surrogate pairs included. */
const anyText = fc
  .string({ unit: "binary", maxLength: 40 })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  .map((text) => text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, ""));

const longText = fc.integer({ min: 100, max: 6000 }).map((length) => "long — ".repeat(length).slice(0, length));
const ticks = fc.bigInt({ min: 119_600_064_000_000_000n, max: 150_000_000_000_000_000n });
const hexDigits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(16)).join(""));
const guid = hexDigits(32).map((hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "{$1-$2-$3-$4-$5}"));
const sid = fc.array(fc.nat(0xffff_ffff), { minLength: 1, maxLength: 6 }).map((parts) => `S-1-5-${parts.join("-")}`);

const typedValue: fc.Arbitrary<TypedValue> = fc.oneof(
  fc.oneof({ arbitrary: anyText, weight: 4 }, longText).map((value) => ({ type: "string" as const, value })),
  fc.integer({ min: -128, max: 127 }).map((value) => ({ type: "int8" as const, value })),
  fc.nat(0xff).map((value) => ({ type: "uint8" as const, value })),
  fc.integer({ min: -32768, max: 32767 }).map((value) => ({ type: "int16" as const, value })),
  fc.nat(0xffff).map((value) => ({ type: "uint16" as const, value })),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => ({ type: "int32" as const, value })),
  fc.nat(0xffff_ffff).map((value) => ({ type: "uint32" as const, value })),
  fc.nat(0xffff_ffff).map((value) => ({ type: "hex32" as const, value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ type: "int64" as const, value })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ type: "uint64" as const, value })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ type: "hex64" as const, value })),
  fc.boolean().map((value) => ({ type: "boolean" as const, value })),
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((value) => ({ type: "binary" as const, value })),
  guid.map((value) => ({ type: "guid" as const, value })),
  sid.map((value) => ({ type: "sid" as const, value })),
  ticks.map((value) => ({ type: "filetime" as const, value })),
);

const elementName = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,11}$/);
const element = fc.letrec<{ element: UserDataElement }>((tie) => ({
  element: fc.record({
    name: elementName,
    attributes: fc.uniqueArray(fc.tuple(elementName, anyText), { maxLength: 4, selector: ([name]) => name }),
    content: fc.oneof({ maxDepth: 3 }, anyText, fc.array(tie("element"), { maxLength: 3 })),
  }),
})).element;

const payload: fc.Arbitrary<EventPayload> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("named" as const),
      fields: fc.uniqueArray(
        fc.tuple(
          elementName.map((name) => `f${name}`),
          typedValue,
        ),
        {
          maxLength: 8,
          selector: ([name]) => name.toLowerCase(),
        },
      ),
      binary: fc.uint8Array({ minLength: 1, maxLength: 100 }),
    },
    { requiredKeys: ["kind", "fields"] },
  ),
  fc.record(
    {
      kind: fc.constant("unnamed" as const),
      strings: fc.array(anyText, { minLength: 1, maxLength: 8 }),
      binary: fc.uint8Array({ minLength: 1, maxLength: 100 }),
    },
    { requiredKeys: ["kind", "strings"] },
  ),
  fc.record({ kind: fc.constant("userData" as const), root: element }),
);

const provider = fc.oneof(
  fc.constant({ name: "EventLog" }),
  fc.constant({ name: "Schannel", guid: "{1f678132-5938-4686-9fdc-c8ff68f15c85}" }),
  fc.constant({ name: "User32", guid: "{b0aa8734-56f7-41cc-b2f4-de228e98b946}", sourceName: "User32" }),
);

const event = fc.record(
  {
    provider,
    eventId: fc.nat(0xffff),
    qualifiers: fc.nat(0xffff),
    version: fc.nat(0xff),
    level: fc.nat(5),
    task: fc.nat(0xffff),
    opcode: fc.nat(0xff),
    keywords: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    time: ticks,
    execution: fc.record({ processId: fc.nat(0xffff_ffff), threadId: fc.nat(0xffff_ffff) }),
    channel: fc.constantFrom("System", "Lync Server"),
    computer: fc.constantFrom("FE01.corp.example", "EDGE01"),
    userSid: sid,
    data: payload,
  },
  { requiredKeys: ["provider", "eventId", "level", "task", "keywords", "time", "channel", "computer", "data"] },
);

/** Events of one log, numbered from 1. */
export const log: fc.Arbitrary<readonly EventToWrite[]> = fc
  .array(event, { minLength: 1, maxLength: 60 })
  .map((events) => events.map((one, index) => ({ ...one, recordId: BigInt(index + 1) })));
