import fc from "fast-check";
import { expect, test } from "vitest";
import { visible } from "../../cli/report/visible-text.ts";

test("escape sequences, line breaks, bidi controls and half characters are written out", () => {
  expect(visible("a\u001b[31mb")).toBe("a\\u001b[31mb");
  expect(visible("a\r\n\tb\u0085\u2028")).toBe("a\\u000d\\u000a\\u0009b\\u0085\\u2028");
  expect(visible("fdp.\u202eexe\u200f\u2066")).toBe("fdp.\\u202eexe\\u200f\\u2066");
  expect(visible("\ud800 \u{e0041}")).toBe("\\ud800 \\udb40\\udc41");
  expect(visible("Zertifikat für Ωmega 日本語 😀 C:\\Windows")).toBe("Zertifikat für Ωmega 日本語 😀 C:\\Windows");
});

test("whatever the text, nothing is left that a terminal would act on", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    }),
  );
});

test("a JSON text stays the same JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      expect(JSON.parse(visible(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
