import { expect, test } from "vitest";
import { chunkOf, element, hole, instance, type Part, type RawValue, readChunk, text } from "./handmade.ts";

const good = instance(9, element("Event", [element("System", [])]), []);

/** What one hostile record costs: itself, named, and not the record behind it. */
function expectRefused(hostile: Part, why: RegExp): void {
  const { read, told } = readChunk(chunkOf([hostile, good]));
  expect(read.map(({ recordId }) => recordId)).toEqual([2n]);
  expect(told).toEqual([expect.objectContaining({ kind: "lost", recordId: 1n, reason: expect.stringMatching(why) })]);
}

test("a value that holds a template that uses its values many times, six deep", () => {
  const many = Array.from({ length: 40 }, () => hole(0, 0x21));
  let value: RawValue = [0x01, Buffer.from("x", "utf16le")];
  for (let level = 0; level < 6; level++) value = [0x21, instance(level + 1, element("a", many), [value])];
  expectRefused(instance(8, element("Event", [hole(0, 0x21)]), [value]), /repeats itself without measure/);
});

test("templates nested deeper than any real one", () => {
  let value: RawValue = [0x01, Buffer.from("x", "utf16le")];
  for (let level = 0; level < 20; level++) value = [0x21, instance(1, element("a", [hole(0, 0x21)]), [value])];
  expectRefused(instance(2, element("Event", [hole(0, 0x21)]), [value]), /nest deeper/);
});

test("a list that repeats an element with a long attribute", () => {
  const data = element("Data", [hole(0, 0x81)], [["a", text("x".repeat(10_000))]]);
  const definition = element("Event", [element("EventData", [data])]);
  expectRefused(instance(1, definition, [[0x81, Buffer.alloc(10_000)]]), /repeats itself without measure/);
});

test("a template that uses itself", () => {
  const itself: Part = (chunk) => {
    chunk.raw(Buffer.of(0x0c, 0x01, 1, 1, 1, 1));
    chunk.u32(chunk.at - 6 - 28);
    chunk.u32(0);
  };
  expectRefused(instance(1, element("Event", [itself]), []), /template is used inside a template/);
});

test("elements nested without end", () => {
  let deep = element("a", []);
  for (let level = 0; level < 200; level++) deep = element("a", [deep]);
  expectRefused(instance(1, deep, []), /nest deeper/);
});

test("more values than the record can hold", () => {
  const hostile: Part = (chunk) => {
    instance(1, element("Event", []), [])(chunk);
    chunk.bytes.writeUInt32LE(0xffff_ffff, chunk.at - 5);
  };
  expectRefused(hostile, /more than the record can hold/);
});

test("thousands of fields with one name are written in order", () => {
  const fields = Array.from({ length: 2_000 }, (_, index) => element("Same", [text(String(index))]));
  const { read } = readChunk(chunkOf([instance(1, element("Event", [element("UserData", fields)]), [])]));
  const parsed: unknown = JSON.parse(read[0]?.json ?? "");
  expect(parsed).toMatchObject({ Event: { UserData: { Same: "0", Same_1: "1", Same_1999: "1999" } } });
});

test.each(["constructor", "__proto__", "toString"])("a field called %s is a field", (name) => {
  const data = element("Data", [text("found")], [["Name", text(name)]]);
  const { read } = readChunk(chunkOf([instance(1, element("Event", [element("EventData", [data])]), [])]));
  expect(read[0]?.json).toBe(`{"Event":{"EventData":{"${name}":"found"}}}`);
});
