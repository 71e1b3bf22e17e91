import fc from "fast-check";
import { expect, test } from "vitest";
import { Chunk } from "../../ingest/evtx/chunk.ts";
import { recordToJson } from "../../ingest/evtx/json.ts";
import { EvtxRecord } from "../../ingest/evtx/record.ts";
import { chunkOf, element, hole, instance, type Part, type RawValue, readChunk, text } from "./handmade.ts";

const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");
const utf16 = (value: string) => Buffer.from(value, "utf16le");

/** Value types of [MS-EVEN6] 2.2.12 with bytes, and what they are in JSON; an array's code has 0x80 added. */
const VALUES: readonly (readonly [what: string, type: number, bytes: Buffer, value: unknown])[] = [
  ["null", 0x00, hex(""), null],
  ["string", 0x01, utf16("Lync — \u{1f512}"), "Lync — \u{1f512}"],
  ["string that ends itself", 0x01, utf16("end\u0000\u0000"), "end"],
  ["half a surrogate pair", 0x01, hex("3dd8"), "\ufffd"],
  ["ANSI string", 0x02, Buffer.from("ansi\u0000", "latin1"), "ansi"],
  ["ANSI string, not ASCII", 0x02, hex("80 e9 97"), "€é—"],
  ["int8", 0x03, hex("80"), -128],
  ["uint8", 0x04, hex("ff"), 255],
  ["int16", 0x05, hex("0080"), -32_768],
  ["uint16", 0x06, hex("ffff"), 65_535],
  ["int32", 0x07, hex("00000080"), -2_147_483_648],
  ["uint32", 0x08, hex("ffffffff"), 4_294_967_295],
  ["int64", 0x09, hex("0000000000000080"), "-9223372036854775808"],
  ["uint64", 0x0a, hex("ffffffffffffffff"), "18446744073709551615"],
  ["float", 0x0b, hex("0000c03f"), 1.5],
  ["float with no more digits than it has", 0x0b, hex("cdcccc3d"), 0.1],
  ["double", 0x0c, hex("000000000000f8bf"), -1.5],
  ["true", 0x0d, hex("01000000"), true],
  ["false", 0x0d, hex("00000000"), false],
  ["binary", 0x0e, hex("00 ab ff"), "00ABFF"],
  ["GUID", 0x0f, hex("8132671f 3859 8646 9fdcc8ff68f15c85"), "{1f673281-5938-4686-9fdc-c8ff68f15c85}"],
  ["size_t of 32 bits", 0x10, hex("efbeadde"), "0xdeadbeef"],
  ["size_t of 64 bits", 0x10, hex("efbeadde01000000"), "0x1deadbeef"],
  ["FILETIME, all seven digits", 0x11, hex("15cd5b0749c5d101"), "2016-06-13T07:56:01.7196309Z"],
  ["SYSTEMTIME", 0x12, hex("e007 0800 0100 1d00 1300 0100 0900 7b00"), "2016-08-29T19:01:09.1230000Z"],
  ["SYSTEMTIME of nothing", 0x12, Buffer.alloc(16), null],
  ["SYSTEMTIME of no day", 0x12, hex("e107 0200 0100 2000 0000 0000 0900 7b00"), null],
  ["SID", 0x13, hex("01 01 000000000005 12000000"), "S-1-5-18"],
  ["hex32", 0x14, hex("10000080"), "0x80000010"],
  ["hex64", 0x15, hex("0000000000008080"), "0x8080000000000000"],
  ["strings", 0x81, utf16("one\u0000\u0000three\u0000"), ["one", "", "three"]],
  ["ANSI strings", 0x82, Buffer.from("a\u0000b", "latin1"), ["a", "b"]],
  ["int8s", 0x83, hex("ff01"), [-1, 1]],
  ["uint8s", 0x84, hex("ff01"), [255, 1]],
  ["int16s", 0x85, hex("ffff0100"), [-1, 1]],
  ["uint16s", 0x86, hex("ffff0100"), [65_535, 1]],
  ["int32s", 0x87, hex("ffffffff01000000"), [-1, 1]],
  ["uint32s", 0x88, hex("ffffffff01000000"), [4_294_967_295, 1]],
  ["int64s", 0x89, hex("ffffffffffffffff0100000000000000"), [-1, 1]],
  ["uint64s", 0x8a, hex("01000000000000000200000000000000"), [1, 2]],
  ["floats", 0x8b, hex("0000c03f000000bf"), [1.5, -0.5]],
  ["doubles", 0x8c, hex("000000000000f83f000000000000e0bf"), [1.5, -0.5]],
  ["booleans", 0x8d, hex("0100000000000000"), [true, false]],
  ["GUIDs", 0x8f, Buffer.alloc(32, 0x11), Array(2).fill("{11111111-1111-1111-1111-111111111111}")],
  ["size_ts", 0x90, hex("01000000000000000200000000000000"), ["0x1", "0x2"]],
  ["FILETIMEs", 0x91, Buffer.alloc(16), Array(2).fill("1601-01-01T00:00:00.0000000Z")],
  [
    "SYSTEMTIMEs",
    0x92,
    hex("e007 0800 0100 1d00 1300 0100 0900 7b00".repeat(2)),
    Array(2).fill("2016-08-29T19:01:09.1230000Z"),
  ],
  ["SIDs", 0x93, hex("0101000000000005 12000000 0101000000000001 00000000"), ["S-1-5-18", "S-1-1-0"]],
  ["hex32s", 0x94, hex("0a0000000b000000"), ["0xa", "0xb"]],
  ["hex64s", 0x95, hex("0a000000000000000b00000000000000"), ["0xa", "0xb"]],
];

test.each(VALUES)("%s", (_what, type, bytes, value) => {
  const { json, fields } = readOne([type, bytes]);
  expect(dataOf(json)).toEqual(value);
  const asText = Array.isArray(value) ? value.map(String) : value === null ? undefined : String(value);
  expect(fields.v).toEqual(asText);
});

test("binaries, of which nothing says where each ends, are one", () => {
  const { json, fields } = readOne([0x8e, hex("00 ab ff")]);
  expect([dataOf(json), fields.v]).toEqual(["00ABFF", ["00ABFF"]]);
});

test.each([
  ["float", 0x0b, hex("0000807f"), "INF"],
  ["double", 0x0c, hex("000000000000f0ff"), "-INF"],
  ["double", 0x0c, hex("000000000000f87f"), "NaN"],
])("a %s of type 0x%s that is no number is null in JSON", (_what, type, bytes, text) => {
  const { json, fields } = readOne([type, bytes]);
  expect([dataOf(json), fields.v]).toEqual([null, text]);
});

test.each([0x03, 0x05, 0x07, 0x09, 0x0b, 0x0c, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x7e, 0xff])(
  "a value of type 0x%s that is cut short, or of no known type, is absent and costs nothing else; where no checksum vouches for a size, it is told",
  (type) => {
    const { json, told } = readOne([type, hex("")]);
    expect([null, ""]).toContainEqual(dataOf(json));
    const hasSize = ![0x10, 0x13, 0x7e, 0xff].includes(type);
    expect(told).toMatchObject(
      hasSize ? [{ kind: "verdict", recordId: 1n, reason: expect.stringMatching(/^a value has not the size/) }] : [],
    );
  },
);

test("binary XML in a value is part of the event", () => {
  const inner = element("Inner", [text("deep")], [["at", text("1")]], true);
  const value: RawValue = [0x21, inner];
  const definition = element("Event", [element("UserData", [hole(0, 0x21)])]);
  const { read, told } = readChunk(chunkOf([instance(1, definition, [value])]));
  expect(told).toEqual([]);
  expect(read[0]?.xml).toBe('<Event><UserData><Inner at="1">deep</Inner></UserData></Event>');
  expect(read[0]?.fields).toMatchObject({ Inner: "deep", Inner_at: "1" });
});

function readOne(value: RawValue) {
  const data = element("Data", [hole(0, value[0])], [["Name", text("v")]]);
  const definition = element("Event", [element("EventData", [data])]);
  const { read, told } = readChunk(chunkOf([instance(1, definition, [value])]));
  const [one] = read;
  expect(told.filter(({ kind }) => kind === "lost")).toEqual([]);
  if (one === undefined) throw new Error("no record");
  return { ...one, told };
}

/** The one value, integers that a double cannot hold as text. */
function dataOf(json: string): unknown {
  const parsed: unknown = JSON.parse(json, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) ? context?.source : value,
  );
  return (parsed as { Event: { EventData: { v: unknown } | null } }).Event.EventData?.v ?? null;
}

test("A record's own elements are read alike whatever the chunk has before them, damage included", () => {
  const names = fc.constantFrom("a", "b", "Data", "Certificate");
  const texts = fc.constantFrom("", "x", "text", "a longer text");
  const { node } = fc.letrec<{ node: Part }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      texts.map(text),
      fc
        .tuple(
          names,
          fc.array(tie("node"), { maxLength: 3 }),
          fc.array(fc.tuple(names, texts.map(text)), { maxLength: 2 }),
        )
        .map(([name, children, attributes]) => element(name, children, attributes, true)),
    ),
  }));
  const record = fc.tuple(fc.array(node, { minLength: 1, maxLength: 3 }), fc.boolean()).map(
    ([nodes, ended]): Part =>
      (chunk) => {
        for (const one of nodes) one(chunk);
        if (ended) chunk.u8(0);
      },
  );
  const records = fc
    .tuple(fc.array(record, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(2), { minLength: 4, maxLength: 12 }))
    .map(([kinds, order]) => order.map((kind) => kinds[kind % kinds.length] as Part));
  const flips = fc.array(fc.tuple(fc.nat(65_535), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(records, flips, (contents, changes) => {
      const bytes = chunkOf(contents);
      const end = bytes.readUInt32LE(48);
      for (const [at, value] of changes) bytes[512 + (at % (end - 512))] = value;
      const whole = new Map<number, string>();
      const place = { file: "", index: 0, offset: 0, unchecked: true };
      const seen = new EvtxRecord();
      for (const { offset } of new Chunk(bytes, place, () => {}).records(seen)) whole.set(offset, recordToJson(seen));
      for (const offset of whole.keys()) {
        const [alone] = Array.from(new Chunk(bytes, place, () => {}).remains(seen, offset), () => [
          seen.offset,
          recordToJson(seen),
        ]);
        if (alone?.[0] === offset) expect(whole.get(offset)).toBe(alone[1]);
      }
    }),
    { numRuns: 300 },
  );
});
