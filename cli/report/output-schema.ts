import { z } from "zod";
import { LEVELS } from "../../model/detection.ts";

/** What `--format json` and `--format jsonl` write. `schema/output.schema.json` is made of this (see `outputJsonSchema`). */

const Time = z.string().describe("ISO 8601 in UTC with seven digits of fraction (100 ns)");
const Level = z.enum(LEVELS);
const Fields = z.record(z.string(), z.string());

const RuleOutput = z.object({
  id: z.string(),
  name: z.string().describe("the short name by which correlation rules refer to it"),
  title: z.string(),
  level: Level,
});

const EventOutput = z.object({
  Computer: z.string(),
  Channel: z.string(),
  Provider: z.string(),
  EventID: z.number().int().nonnegative(),
  EventRecordID: z.bigint().describe("an integer of up to 64 bits: more than many JSON parsers keep exactly"),
  TimeCreated: Time,
});

const EvidenceOutput = z.object({
  step: z.string(),
  role: z.enum(["step", "context", "counter"]).describe("counter: it speaks against the cause"),
  count: z.number().int().nonnegative().describe("all events that fill it; only the first ones are listed"),
  first: Time,
  last: Time,
  events: z.array(z.object({ rule: z.string(), event: EventOutput, fields: Fields })),
});

const OnsetOutput = z.object({
  before: z.number(),
  beforeSeconds: z
    .number()
    .describe("how long before was seen, which is less than asked for where the log begins later"),
  after: z.number(),
  afterSeconds: z.number(),
  rose: z.boolean(),
  reason: z.string(),
});

export const IncidentOutput = z.object({
  kind: z.literal("incident"),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  rule: RuleOutput,
  group: Fields,
  state: z.string(),
  severity: Level,
  title: z.string(),
  started: Time,
  updated: Time,
  strength: z.enum(["strong", "medium", "weak"]).describe("how strongly the steps hang together"),
  verdict: z.string(),
  onset: OnsetOutput.nullable(),
  evidence: z.array(EvidenceOutput),
  advice: z.string(),
});
export type IncidentOutput = z.infer<typeof IncidentOutput>;

export const DetectionOutput = z.object({
  kind: z.literal("detection"),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  rule: RuleOutput,
  event: EventOutput,
  fields: Fields,
});
export type DetectionOutput = z.infer<typeof DetectionOutput>;

const Document = z
  .object({ incidents: z.array(IncidentOutput), detections: z.array(DetectionOutput).optional() })
  .describe("--format json: one object");

/** The JSON Schema of one line of `jsonl` and of the one object of `json`. */
export function outputJsonSchema(): object {
  const line = z.discriminatedUnion("kind", [IncidentOutput, DetectionOutput]).describe("--format jsonl: one a line");
  return z.toJSONSchema(z.union([line, Document]), {
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "bigint") Object.assign(jsonSchema, { type: "integer", minimum: 0 });
    },
  });
}
