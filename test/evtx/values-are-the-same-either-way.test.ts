import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MAX_ASCII,
  MAX_SID,
  putFiletime,
  putGuid,
  putHex,
  putSid,
  putSigned,
  putUnsigned,
} from "../../ingest/evtx/ascii.ts";
import { makeTemplate } from "../../ingest/evtx/template.ts";
import { putAnsi, putUtf16 } from "../../ingest/evtx/utf16-to-json.ts";
import { decodeValue, isCodeType, type Scalar, scalarText, TYPE } from "../../ingest/evtx/value.ts";
import { valueText } from "../../ingest/evtx/value-text.ts";
import { Values } from "../../ingest/evtx/values.ts";
import { CODE } from "../../model/event.ts";
import { isoFromTicks } from "../../model/ticks.ts";

const bytesOut = Buffer.alloc(Math.max(MAX_ASCII, MAX_SID));
const out = viewOf(bytesOut);
const MAX_TICKS = 2_650_467_744_000_000_000n;

function text(end: number): string {
  return bytesOut.toString("latin1", 0, end);
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

describe("A value written as bytes is the text that JavaScript's own ways give:", () => {
  test("whole numbers", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(text(putSigned(out, 0, value))).toBe(String(value));
        if (value >= 0) expect(text(putUnsigned(out, 0, value))).toBe(String(value));
      }),
    );
  });

  test("hexadecimal", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
        const end = putHex(out, 0, Number(value & 0xffffffffn), Number(value >> 32n));
        expect(text(end)).toBe(`0x${value.toString(16)}`);
      }),
    );
  });

  test("times, up to the year 9999", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, MAX_TICKS - 1n), (ticks) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64LE(ticks);
        expect(text(putFiletime(out, 0, bytes, 0))).toBe(isoFromTicks(ticks));
      }),
    );
  });

  test("GUIDs", () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const hex = Buffer.from(uuid.replaceAll("-", ""), "hex");
        const bytes = Buffer.concat([
          hex.subarray(0, 4).reverse(),
          hex.subarray(4, 6).reverse(),
          hex.subarray(6, 8).reverse(),
          hex.subarray(8),
        ]);
        expect(text(putGuid(out, 0, bytes, 0))).toBe(`{${uuid}}`);
      }),
    );
  });

  test("SIDs", () => {
    const authority = fc.nat(2 ** 32 - 1);
    const parts = fc.array(fc.nat(2 ** 32 - 1), { maxLength: 255 });
    fc.assert(
      fc.property(fc.nat(255), authority, parts, (revision, by, sub) => {
        const bytes = Buffer.alloc(8 + 4 * sub.length);
        bytes.set([revision, sub.length]);
        bytes.writeUIntBE(by, 2, 6);
        for (const [i, part] of sub.entries()) bytes.writeUInt32LE(part, 8 + 4 * i);
        expect(text(putSid(out, 0, bytes, 0, bytes.length))).toBe(["S", revision, by, ...sub].join("-"));
      }),
    );
  });
});

describe("A text written as bytes is the JSON that JSON.stringify gives of it, up to its first NUL:", () => {
  /** Plain for the most part, as texts in logs are, with what is escaped and what is not ASCII in between. */
  const units = (most: number) =>
    fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) }, fc.nat(most)), { maxLength: 40 });
  const jsonOf = (units: readonly number[]) =>
    JSON.stringify((String.fromCharCode(...units).split("\0")[0] ?? "").toWellFormed()).slice(1, -1);

  test("UTF-16, in which half a surrogate pair is U+FFFD", () => {
    const pair = fc.constantFrom([0xd83d, 0xde00], [0xd83d], [0xde00]);
    fc.assert(
      fc.property(units(0xffff), pair, units(0xffff), fc.nat(3), (before, between, after, at) => {
        const text = [...before, ...between, ...after];
        const input = Buffer.concat([Buffer.alloc(at), Buffer.from(Uint16Array.from(text).buffer)]);
        const json = Buffer.alloc(3 * input.length);
        const end = putUtf16(viewOf(json), 0, viewOf(input), at, input.length);
        expect(json.toString("utf8", 0, end)).toBe(jsonOf(text));
      }),
    );
  });

  test("Windows-1252", () => {
    fc.assert(
      fc.property(units(0xff), (text) => {
        const json = Buffer.alloc(6 * text.length);
        const end = putAnsi(viewOf(json), 0, viewOf(Buffer.from(text)), 0, text.length);
        const decoded = new TextDecoder("windows-1252").decode(Uint8Array.from(text));
        expect(json.toString("utf8", 0, end)).toBe(jsonOf(Array.from(decoded, (one) => one.charCodeAt(0))));
      }),
    );
  });
});

test("The short way to a value's text gives the same as the long one, also when a value comes again or is cut short", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 90 }),
    fc
      .constantFrom([0, 0, 0, 0, 0, 0, 0, 0x80], [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0])
      .map((list) => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(TYPE)), bytes, (type, value) => {
      const buffer = Buffer.from(value);
      const decoded = decodeValue(buffer, type, 0, buffer.length);
      const long =
        decoded === undefined
          ? undefined
          : Array.isArray(decoded)
            ? decoded.map(scalarText)
            : scalarText(decoded as Scalar);
      for (let time = 0; time < 2; time++) expect(valueText(valuesOf(type, buffer), 0)).toEqual(long);
    }),
    { numRuns: 2_000 },
  );
});

test("The text of a number, a time, a GUID or a SID has only the characters of such", () => {
  const bytes = fc.uint8Array({ minLength: 8, maxLength: 32 });
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(TYPE).filter(isCodeType)), bytes, (type, value) => {
      expect([valueText(valuesOf(type, Buffer.from(value)), 0)].flat().join("").toLowerCase()).toMatch(CODE);
    }),
    { numRuns: 2_000 },
  );
});

/** A table with one value. */
function valuesOf(type: number, value: Buffer): Values {
  const descriptor = Buffer.from([value.length, 0, type, 0]);
  const values = new Values();
  values.reset(Buffer.concat([descriptor, value]), 0);
  values.addInstance(makeTemplate([]), 0, 1);
  return values;
}
