import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FORMAT_NAMES } from "../../ingest/shippers/formats.ts";
import { parseMessage } from "../../ingest/shippers/parse-message.ts";
import { UnreadableError } from "../../ingest/shippers/unreadable-error.ts";
import { exactIntegers } from "../../model/exact-integers.ts";
import { ENCODERS } from "./encoders.ts";
import { SAMPLES } from "./events.ts";

const EVENT = "<Event><System><Provider Name='P'/><EventID>1</EventID></System><EventData>%</EventData></Event>";

describe("Any text is an event or is refused", () => {
  test("whatever it is, in any format", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.string({ unit: "binary" }).map((text) => `<Event>${text}`),
    );
    fc.assert(fc.property(texts, fc.option(fc.constantFrom(...FORMAT_NAMES)), readOrRefuse), { numRuns: 3000 });
  });

  test("a message with any of its values replaced", () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("constructor", "__proto__", "-", "{", "<Event/>", "0x", "9".repeat(400), 1e300, -0, 2 ** 63),
    );
    const names = Object.keys(ENCODERS);
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(SAMPLES.length - 1),
        fc.nat(60),
        values,
        (name, sample, place, value) => {
          readOrRefuse(replaceOne(messageOf(name, sample), place, value), null);
        },
      ),
      { numRuns: 4000 },
    );
  });

  test("a message cut short anywhere", () => {
    for (const name of Object.keys(ENCODERS)) {
      const text = messageOf(name, 2);
      for (let length = 0; length < text.length; length += 7) expect(reasonOf(text.slice(0, length))).toMatch(/./);
    }
  });

  test.each([
    ["too-large", " ".repeat(5 << 20)],
    ["too-large", EVENT.replace("%", `<Data Name="${"n".repeat(2000)}">x</Data>`)],
    ["too-deep", EVENT.replace("%", `${"<a>".repeat(100)}${"</a>".repeat(100)}`)],
    ["too-deep", `{"Event":{"System":{},"UserData":${'{"a":'.repeat(100)}1${"}".repeat(100)}}}`],
    ["too-many-fields", EVENT.replace("%", "<Data>x</Data>".repeat(10_000))],
    ["too-many-fields", `{"SourceName":"P","EventID":1,"EventTime":"","a":[${"1,".repeat(10_000)}1]}`],
    ["malformed", `${"[".repeat(1_000_000)}`],
    ["malformed", "no message at all"],
    ["malformed", `<!DOCTYPE a [<!ENTITY b "c">]>${EVENT}`],
    ["malformed", EVENT.replace("%", "<Data>&toString;</Data>")],
    ["malformed", EVENT.replace("%", "<Data></System>")],
    ["unknown-format", '{"level":"info","msg":"a program\'s own log"}'],
    ["unknown-format", "<html></html>"],
    ["unknown-format", "[1]"],
    ["no-event", '{"winlog":{"channel":"System"}}'],
    ["no-event", '{"winlog":{"provider_name":"P","event_id":"x"}}'],
    ["invalid-field", '{"SourceName":"P","EventID":1,"EventTime":"","RecordNumber":"abc"}'],
    ["invalid-field", '{"SourceName":"P","EventID":1,"EventTime":"","RecordNumber":[1]}'],
    ["invalid-field", '{"SourceName":"P","EventID":1,"EventTime":1767225600}'],
    ["no-event", "<Event><System><EventID>1</EventID></System></Event>"],
  ])("%s is said of what is so", (reason, text) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test("a format that was asked for is the only one taken", () => {
    for (const name of Object.keys(ENCODERS))
      expect(FORMAT_NAMES.filter((format) => reasonOf(messageOf(name, 0), format) === undefined)).toHaveLength(1);
  });
});

function messageOf(name: string, sample: number): string {
  const chosen = SAMPLES[sample];
  const message =
    chosen === undefined ? "" : ENCODERS[name]?.({ ...chosen, xml: EVENT.replace("%", "<Data>x</Data>") });
  return typeof message === "string" ? message : JSON.stringify(message, exactIntegers);
}

/** Replaces the value that is met as the `place`-th; the text stays as it is when it is no JSON. */
function replaceOne(text: string, place: number, value: unknown): string {
  if (!text.startsWith("{")) return text;
  let met = 0;
  return JSON.stringify(JSON.parse(text, (_key, old: unknown) => (met++ === place ? value : old))) ?? "";
}

function readOrRefuse(text: string, format: (typeof FORMAT_NAMES)[number] | null): void {
  try {
    const event = parseMessage(text, format ?? undefined);
    for (const slot of event.shape.fields.keys()) expect(event.value(slot)).toBeTypeOf("string");
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableError);
  }
}

function reasonOf(text: string, format?: (typeof FORMAT_NAMES)[number]): string | undefined {
  try {
    parseMessage(text, format);
    return undefined;
  } catch (error) {
    return error instanceof UnreadableError ? error.reason : String(error);
  }
}
