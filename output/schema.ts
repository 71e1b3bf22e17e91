import { z } from "zod";
import { LEVELS } from "../model/detection.ts";
import { GAP_KINDS } from "../model/log-gap.ts";

/** What `--format json` and `--format jsonl` write. `schema/output.schema.json` is made of this (see `outputJsonSchema`). */

const Time = z.string().describe("ISO 8601 in UTC with seven digits of fraction (100 ns)");
const Level = z.enum(LEVELS);
const Id = z.string().regex(/^[0-9a-f]{32}$/);
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
  id: Id,
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
  gaps: z
    .array(Id)
    .describe("the log gaps that its evidence, or the time before it that was compared, lies in or beside"),
  advice: z.string(),
});
export type IncidentOutput = z.infer<typeof IncidentOutput>;

const GapOutput = z
  .object({
    kind: z.literal("gap"),
    id: Id,
    cause: z
      .enum(GAP_KINDS)
      .describe(
        "missing: EventRecordID jumps; selected: it jumps everywhere, as in a log forwarded or exported by a query",
      ),
    Computer: z.string(),
    Channel: z.string(),
    from: Time.nullable().describe("the last moment known before it; null where nothing before it is known"),
    to: Time.describe("the first moment known after it"),
    missing: z.bigint().nullable().describe("how many records are not there; null where that is not known"),
    EventRecordID: z.bigint().describe("of the first record after it, or of the event that tells of it"),
  })
  .describe("a stretch of time for which a log is no evidence, or poor");
export type GapOutput = z.infer<typeof GapOutput>;

export const DetectionOutput = z.object({
  kind: z.literal("detection"),
  id: Id,
  rule: RuleOutput,
  event: EventOutput,
  fields: Fields,
});
export type DetectionOutput = z.infer<typeof DetectionOutput>;

/** Only while following: an incident or a log gap that was printed and is not concluded any more. */
export const WithdrawnOutput = z
  .object({ kind: z.literal("withdrawn"), id: Id })
  .describe("scan --follow: later evidence took the incident of this id back, or closed the gap");
export type WithdrawnOutput = z.infer<typeof WithdrawnOutput>;

const Document = z
  .object({
    incidents: z.array(IncidentOutput),
    gaps: z.array(GapOutput),
    detections: z.array(DetectionOutput).optional(),
  })
  .describe("--format json: one object");

/** The JSON Schema of one line of `jsonl` and of the one object of `json`. */
export function outputJsonSchema(): object {
  const line = z
    .discriminatedUnion("kind", [IncidentOutput, GapOutput, WithdrawnOutput, DetectionOutput])
    .describe("--format jsonl: one a line");
  return z.toJSONSchema(z.union([line, Document]), {
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "bigint") Object.assign(jsonSchema, { type: "integer", minimum: 0 });
    },
  });
}
