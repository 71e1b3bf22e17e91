import fc from "fast-check";
import { expect, test } from "vitest";
import { messagesOf, textsOf } from "./chunks.ts";

/** Anything JSON can say, with what could mislead a reader that looks at brackets, quotes and lines only. */
const misleading = fc.constantFrom(
  '"',
  "\\",
  '\\"',
  "{",
  "}",
  "[",
  "]",
  "{\n{",
  "\n{",
  "\u2028",
  "é",
  "𝄞",
  "</Event>",
  "",
);
const object = fc.dictionary(
  fc.oneof(misleading, fc.string({ maxLength: 5 })),
  fc.oneof(misleading, fc.jsonValue({ maxDepth: 3 })),
  { maxKeys: 5 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

const layouts: Readonly<Record<string, (objects: readonly object[]) => string>> = {
  "as lines": (objects) => objects.map((one) => `${JSON.stringify(one)}\n`).join(""),
  "as lines of Windows, the last without an end": (objects) => objects.map((one) => JSON.stringify(one)).join("\r\n"),
  "one behind the other": (objects) => objects.map((one) => JSON.stringify(one)).join(""),
  "as a list": (objects) => JSON.stringify(objects),
  "as a printed list": (objects) => JSON.stringify(objects, undefined, 2),
  "each printed": (objects) => objects.map((one) => JSON.stringify(one, undefined, "\t")).join("\n"),
  "as a list of lines": (objects) => `[\n${objects.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`,
};

const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-8 with a mark": (text) => Buffer.from(`\uFEFF${text}`),
  "UTF-16LE": (text) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  "UTF-16BE": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
};

test.each(Object.keys(layouts))("JSON %s, in any encoding and in pieces of any size", async (layout) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(object, { maxLength: 6 }),
      sizes,
      fc.constantFrom(...Object.keys(encodings)),
      async (objects, sizes, encoding) => {
        const text = layouts[layout]?.(objects) ?? "";
        const messages = await messagesOf(encodings[encoding]?.(text) ?? "", sizes);
        expect(messages.map(({ fault }) => fault)).toEqual(objects.map(() => undefined));
        expect(messages.map(({ bytes }) => JSON.parse(bytes.toString("utf8")))).toEqual(
          objects.map((one) => JSON.parse(JSON.stringify(one))),
        );
        for (const { bytes, offset, line } of messages) {
          expect(Buffer.from(text).subarray(offset, offset + bytes.length)).toEqual(bytes);
          expect(line).toBe(Buffer.from(text).subarray(0, offset).toString().split("\n").length);
        }
      },
    ),
    { numRuns: 60 },
  );
});

const content = fc
  .array(
    fc.constantFrom("<Data>x</Data>", "\n", "<!-- <Event> -->", "<![CDATA[</Event>]]>", "<EventData/>", "&lt;", "é"),
  )
  .map((parts) => parts.join(""));
const event = content.map(
  (text) => `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${text}</Event>`,
);

test.each([
  ["one behind the other", (events: readonly string[]) => `<?xml version="1.0"?>${events.join("")}`],
  ["as lines", (events: readonly string[]) => events.join("\r\n")],
  [
    "as the Event Viewer exports them",
    (events: readonly string[]) =>
      `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Events>${events.join("")}</Events>`,
  ],
  ["between comments", (events: readonly string[]) => `<!--<Event>-->${events.join("<!-- </Event> -->\n")}\n`],
])("event XML %s, in any encoding and in pieces of any size", async (_, layout) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 5 }),
      sizes,
      fc.constantFrom(...Object.keys(encodings)),
      async (events, sizes, encoding) => {
        const text = layout(events);
        const messages = await messagesOf(encodings[encoding]?.(text) ?? "", sizes);
        expect(textsOf(messages)).toEqual(events);
        for (const { bytes, offset, line } of messages) {
          expect(Buffer.from(text).subarray(offset, offset + bytes.length)).toEqual(bytes);
          expect(line).toBe(Buffer.from(text).subarray(0, offset).toString().split("\n").length);
        }
      },
    ),
    { numRuns: 60 },
  );
});
