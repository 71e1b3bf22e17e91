import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMessage } from "../../ingest/shippers/parse-message.ts";
import { UnreadableError } from "../../ingest/shippers/unreadable-error.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "\u0001",
    "\u00011",
    "0x08000",
    "2016-08-29T19:01:09.123456700Z",
    "2016-08-29T19:01:09.1234567Z",
    "é".repeat(99),
  ),
);
/** As it is written in JSON. */
const text = fc.oneof(
  hostile.map((value) => JSON.stringify(value)),
  fc.constantFrom('"\\ud800"', '"\\/"', '"a\\q"', '"\\u12"', '"C:\\\\"', '"tab\there"', '"\\\\\\""'),
);
const number = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom("007", "1.5", "1e3", "-1", "9007199254740993", "999999999999999"),
);
const other = fc.constantFrom("null", "true", "[]", '["a",null]', '{"#text":"x"}');
const value = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 3, arbitrary: number },
  { weight: 1, arbitrary: other },
);

/** A message as `evtx_dump` writes it, whose values are mostly of the kinds that they are in real ones. */
const message = fc
  .record({
    provider: fc.oneof({ weight: 8, arbitrary: fc.constant('"Microsoft-Windows-CAPI2"') }, text),
    id: fc.oneof({ weight: 8, arbitrary: fc.constantFrom("4097", '"4097"', "36887") }, value),
    time: fc.oneof({ weight: 8, arbitrary: fc.constant('"2026-03-01T00:00:00.1234567Z"') }, text),
    record: fc.oneof({ weight: 8, arbitrary: fc.constantFrom("7", '"18446744073709551615"') }, value),
    keywords: value,
    data: fc.constantFrom("Data", "Message", "Name", "Data_1", "é"),
    first: value,
    second: value,
    gap: fc.constantFrom("", "", " "),
  })
  .map(
    ({ provider, id, time, record, keywords, data, first, second, gap }) =>
      `{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":${provider}}},"EventID":${gap}${id},` +
      `"Keywords":${keywords},"TimeCreated":{"#attributes":{"SystemTime":${time}}},"EventRecordID":${record},"Security":null,"Computer":"HOST"},` +
      `"EventData":{"${data}":${first},"Data":${second}}}}`,
  );

describe("A message of a known layout gives what parsing it gives", () => {
  test("whatever its values", () => {
    fc.assert(
      fc.property(message, (text) => {
        // Space before it: no layout is looked for.
        const parsed = outcome(` ${text}`);
        expect(outcome(text)).toEqual(parsed);
        expect(outcome(text)).toEqual(parsed);
      }),
      { numRuns: 3000 },
    );
  });

  test("however many layouts there are, and wherever they part", () => {
    for (let n = 0; n < 3000; n++) {
      const data = Array.from(
        { length: n % 7 },
        (_, at) => `"${at === n % 5 ? `Name${n}` : `Data${at}`}":${n % 3 === 0 ? n : `"a${n}"`}`,
      );
      const text =
        `{"Event":{"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":${n},"TimeCreated":{"#attributes":{"SystemTime":"2026-03-01T00:00:00.1234567Z"}}},` +
        `"EventData":{${data.join(",")}}}}`;
      const parsed = outcome(` ${text}`);
      expect(outcome(text)).toEqual(parsed);
      expect(outcome(text)).toEqual(parsed);
    }
  });

  test("also one whose values are long and full of escapes, in a time that grows with its length only", () => {
    const text = (value: string, last: string) =>
      `{"Event":{"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":1,"TimeCreated":{"#attributes":{"SystemTime":"2026-03-01T00:00:00.1234567Z"}}},` +
      `"EventData":{"Long":"${value}","Last":${last}}}}`;
    expect(outcome(text("a", '"b"'))).toEqual(outcome(` ${text("a", '"b"')}`));
    for (const value of ["\\\\".repeat(14_000), "a\\n".repeat(20_000), "\\u00e9x".repeat(8_000), "x".repeat(60_000)])
      for (const last of ['"b"', '"b\u0001"', '"\\q"', '["b"]'])
        expect(outcome(text(value, last))).toEqual(outcome(` ${text(value, last)}`));
  });
});

function outcome(text: string): unknown {
  try {
    const { shape, time, clock, value } = parseMessage(text);
    return { fields: shape.fields.map((name, slot) => [name, value(slot)]), time, clock };
  } catch (error) {
    if (error instanceof UnreadableError) return error.reason;
    throw error;
  }
}
