import fc from "fast-check";
import { expect, test } from "vitest";
import { LEVELS } from "../../model/detection.ts";
import { exactIntegers } from "../../model/exact-integers.ts";
import { readDetection } from "../../output/read.ts";
import { detectionOutput } from "../../output/records.ts";

const text = fc.string({ unit: "binary" });
const detection = fc.record({
  id: fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: 32, maxLength: 32 })
    .map((digits) => digits.join("")),
  rule: fc.record({ id: text, name: text, title: text, level: fc.constantFrom(...LEVELS) }),
  event: fc.record({
    computer: text,
    channel: text,
    provider: text,
    eventId: fc.nat(),
    recordId: fc.bigInt({ min: 0n, max: 2n ** 64n }),
    time: fc.oneof(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), fc.bigInt({ min: 0n, max: 2n ** 58n })),
  }),
  fields: fc.dictionary(
    fc.string().filter((name) => name !== "__proto__"),
    text,
  ),
});

test("a detection read back from its JSON is the one that was written, to the last digit", () => {
  fc.assert(
    fc.property(detection, (written) => {
      expect(readDetection(JSON.stringify(detectionOutput(written), exactIntegers))).toEqual(written);
    }),
    { numRuns: 500 },
  );
});
