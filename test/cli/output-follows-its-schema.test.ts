import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Format } from "../../cli/report/format.ts";
import { lookOf } from "../../cli/report/look.ts";
import { formatReport } from "../../cli/report/report.ts";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { GAP_KINDS, type LogGap, logGap } from "../../model/log-gap.ts";
import { outputJsonSchema } from "../../output/schema.ts";
import { anyDetection, anyIncident } from "../storage/arbitraries.ts";
import { collect } from "../storage/collect.ts";
import { sampleDetection, sampleIncident } from "../storage/samples.ts";

const gaps: readonly LogGap[] = GAP_KINDS.map((kind) =>
  logGap({ kind, computer: "E1", channel: "\u001b", from: 0n, to: 2n ** 64n, missing: 2n ** 64n - 1n, recordId: 1n }),
);

async function format(format: Format, incidents: readonly Incident[], detections?: readonly Detection[]) {
  const each = detections === undefined ? undefined : ReadableStream.from<Detection>(detections);
  return (await collect(formatReport({ incidents, gaps, detections: each }, format, lookOf(process.stdout)))).join("");
}

// After a change: node --input-type=module -e 'import { outputJsonSchema } from "./output/schema.ts";
// console.log(JSON.stringify(outputJsonSchema()))' > schema/output.schema.json && biome check --write schema
test("schema/output.schema.json is what the types say", async () => {
  const file = await readFile(join(import.meta.dirname, "../../schema/output.schema.json"), "utf8");
  expect(outputJsonSchema()).toEqual(JSON.parse(file));
});

test("json and jsonl follow the schema, whatever stands in the logs", async () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const validate = ajv.compile(outputJsonSchema());
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyIncident, { maxLength: 3 }),
      fc.array(anyDetection, { maxLength: 3 }),
      async (i, d) => {
        const lines = (await format("jsonl", i, d)).split("\n").slice(0, -1);
        expect(lines.length).toBe(i.length + gaps.length + d.length);
        for (const json of [...lines, await format("json", i, d), await format("json", i)]) {
          validate(JSON.parse(json));
          expect(validate.errors).toBeNull();
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("a record id beyond 2^53 keeps all its digits, and a time its 100 ns", async () => {
  const detection = sampleDetection(1);
  const event = { ...detection.event, recordId: 2n ** 64n - 1n, time: detection.event.time + 1n };
  expect(await format("jsonl", [], [{ ...detection, event }])).toContain(
    '"EventRecordID":18446744073709551615,"TimeCreated":"2026-03-02T04:10:08.0000001Z"',
  );
});

test("a csv cell that a spreadsheet would run begins with an apostrophe, and every record is one line", async () => {
  const title = '=HYPERLINK("http://x","y")';
  const csv = await format("csv", [sampleIncident("E1", { title, verdict: "a\nb", advice: "@SUM(1)" })]);
  expect(csv.split("\n").length).toBe(3);
  expect(csv).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
  expect(csv).toContain("a\\u000ab,'@SUM(1)\n");
  const cells = ["+1", "-1", "\tx", "\rx"].map((computer) => sampleIncident(computer, { title: computer }));
  expect((await format("csv", cells)).match(/,'(\+1|-1|\\u0009x|\\u000dx),/g)?.length).toBe(4);
});
