import fc from "fast-check";
import { expect, test } from "vitest";
import { messagesOf, textsOf } from "./chunks.ts";

test.each([
  ["within a text", '{"a":"b\n', "it is cut off: the line ends within a text"],
  ["behind a backslash", '{"a":"b\\\n', "it is cut off: the line ends within a text"],
  ["between texts", '{"a":{"b":[1,\n', "it is cut off: another one begins before its end"],
  ["without its beginning", '"b":1}\n', '"b":1}'],
  ["something else altogether", "Nov 24 12:00:00 edge01 nxlog: restarted\n", "Nov 24 12:00:00 edge01 nxlog: restarted"],
  ["what a crash left", `${"\0".repeat(500)}\n`, "\0".repeat(500)],
])("a line that is cut off, %s, leaves the others", async (_, line, told) => {
  const sizes = [7, 1, 30];
  expect(textsOf(await messagesOf(`{"n":1}\n${line}{"n":2}\n{"n":3}\n`, sizes))).toEqual([
    '{"n":1}',
    told.replace(/\n$/, ""),
    '{"n":2}',
    '{"n":3}',
  ]);
});

test.each([
  ['{"n":1}\n{"n":', '{"n":1}', "it is cut off: the text ends before it does"],
  ['[{"n":1},', '{"n":1}', "the list that began is not closed: the end may be missing"],
  ["<Event>1</Event><Event>2", "<Event>1</Event>", "it is cut off: the text ends before it does"],
  ["<Events><Event>1</Event>", "<Event>1</Event>", "what is around the events is not closed: the end may be missing"],
  ["<Event>1</Event><!-- ", "<Event>1</Event>", "what is around the events is not closed: the end may be missing"],
])("a text that ends too early says so: %s", async (text, sound, told) => {
  expect(textsOf(await messagesOf(text, [5]))).toEqual([sound, told]);
});

test("an event of XML that is cut off at either end leaves the others", async () => {
  const text = "1</Event>\n<Event>2</Event>\n<Event><System>\n<Event>4</Event>";
  expect(textsOf(await messagesOf(`<!-- -->${text}`, [3]))).toEqual([
    "an event ends here whose beginning is missing",
    "<Event>2</Event>",
    "it is cut off: another one begins before its end",
    "<Event>4</Event>",
  ]);
});

test("a message without an end fills no memory: it is refused, and what follows is read", async () => {
  const large = "x".repeat(13_000_000);
  expect(textsOf(await messagesOf(`{"a":"${large}"}\n{"n":2}`))).toEqual([
    "it is larger than 12,582,912 bytes",
    '{"n":2}',
  ]);
  expect(textsOf(await messagesOf(`<Event>${large}</Event>\n<Event>2</Event>`))).toEqual([
    "it is larger than 12,582,912 bytes",
    "<Event>2</Event>",
  ]);
});

test("whatever the bytes, the messages lie in them in order, the pieces do not matter, and every line that begins with a whole message is read", async () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(
        fc.constantFrom(
          "{",
          "}",
          "[",
          "]",
          '"',
          "\\",
          "\n",
          ",",
          "<",
          "<Event>",
          "</Event>",
          "<!--",
          "-->",
          "]]>",
          "é",
          " ",
        ),
      )
      .map((parts) => Buffer.from(parts.join(""))),
  );
  await fc.assert(
    fc.asyncProperty(noise, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (bytes, sizes) => {
      const whole = await messagesOf(bytes);
      expect(await messagesOf(bytes, sizes)).toEqual(whole);
      let end = 0;
      for (const message of whole) {
        if (message.bytes.length === 0) continue;
        expect(message.offset).toBeGreaterThanOrEqual(end);
        end = message.offset + message.bytes.length;
      }
      const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
      const first = bytes.find((byte) => byte > 0x20);
      if (isUtf16 || first === undefined || first === 0x3c) return;
      const after = textsOf(await messagesOf(Buffer.concat([bytes, Buffer.from('\n{"n":1}')])));
      expect(after).toContain('{"n":1}');
    }),
    { numRuns: 1000 },
  );
});
