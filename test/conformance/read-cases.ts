import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { type Ticks, ticksFromIso, ticksFromTimespan } from "../../model/ticks.ts";
import {
  type CaseEvent,
  CORRELATION_TYPES,
  COUNT_OPERATORS,
  type PlainCorrelation,
  type PlainDetection,
  type PlainIncident,
  type PlainSequence,
} from "../reference/correlation.ts";

/** One case of the suite, as rules/conformance/README.md defines it. */
export interface Case {
  /** `file: name` */
  readonly name: string;
  /** The YAML text of each rule, as an engine reads it. */
  readonly texts: readonly string[];
  readonly detections: readonly PlainDetection[];
  readonly correlations: readonly PlainCorrelation[];
  readonly sequences: readonly PlainSequence[];
  /** In the order in which they arrive; one may be there twice. */
  readonly events: readonly CaseEvent[];
  readonly seenUntil: (event: CaseEvent) => Ticks;
  /** Sorted. */
  readonly incidents: readonly PlainIncident[];
  /** Names of rules that must be refused. */
  readonly refused: readonly string[];
}

const FOLDER = join(import.meta.dirname, "../../rules/conformance");

/** All cases of the suite. */
export function readCases(): readonly Case[] {
  return globSync("*.yml", { cwd: FOLDER })
    .sort()
    .flatMap((file) => {
      const source = readFileSync(join(FOLDER, file), "utf8");
      return casesOf(parse(source, { schema: "failsafe" }), parse(source), file);
    });
}

/** The moment of `at: 0`. */
const BEGIN: Ticks = ticksFromIso("2026-01-01T00:00:00Z") ?? 0n;

const CHANNELS = { security: "Security", system: "System" } as const;

const text = z.string();
const texts = z.union([text.transform((one) => [one]), z.array(text)]);
const seconds = text.regex(/^\d+(\.\d{1,7})?$/).transform((at): Ticks => {
  const [whole = "", fraction = ""] = at.split(".");
  return BEGIN + BigInt(whole) * 10_000_000n + BigInt(fraction.padEnd(7, "0"));
});
const flag = z.enum(["true", "false"]).transform((value) => value === "true");
const timespan = text.transform((value) => ticksFromTimespan(value) ?? -1n).refine((ticks) => ticks > 0n);
const numbers = Object.fromEntries(COUNT_OPERATORS.map((operator) => [operator, text.optional()]));

const detection = z.strictObject({
  title: text,
  name: text,
  logsource: z.strictObject({ product: z.literal("windows"), service: z.enum(["security", "system"]).optional() }),
  detection: z.strictObject({ selection: z.record(text, text), condition: z.literal("selection") }),
  // What a sequence groups by or compares must be named here as well: name → field, and here the two are the same.
  capture: z
    .record(text, text)
    .refine((captured) => Object.entries(captured).every(([name, field]) => name === field))
    .optional(),
});
const correlation = z.strictObject({
  title: text,
  name: text,
  id: text.optional(),
  level: text.optional(),
  correlation: z.strictObject({
    type: z.enum(CORRELATION_TYPES),
    rules: texts.default([]),
    "group-by": texts.default([]),
    timespan,
    condition: z
      .union([text, z.strictObject({ field: texts.optional(), percentile: text.optional(), ...numbers })])
      .optional(),
    aliases: z.record(text, z.record(text, text)).default({}),
    generate: flag.default(false),
  }),
});
const sequence = z.strictObject({
  title: text,
  name: text,
  correlation: z.strictObject({
    type: z.literal("sequence"),
    "group-by": texts,
    steps: z.array(z.strictObject({ state: text, rules: texts, within: timespan.optional(), count: text.optional() })),
    until: z.strictObject({ rules: texts, same: texts.default([]) }).optional(),
  }),
  incident: z.strictObject({ title: z.record(text, text), severity: z.record(text, text), advice: text }),
});
const rule = z.union([detection, correlation, sequence]);
const oneCase = z.strictObject({
  name: text,
  why: text,
  rules: z.array(rule).default([]),
  events: z.record(text, z.record(text, text)).default({}),
  arrive: z.array(text).optional(),
  "seen-until": z.union([seconds, z.record(text, seconds)]).optional(),
  incidents: z.array(z.strictObject({ rule: text, events: z.array(text).min(1), state: text.optional() })).default([]),
  refused: z.array(text).default([]),
});
const suiteFile = z.strictObject({ topic: text, rules: z.array(rule), cases: z.array(oneCase) });

/** A rule with its numbers as numbers, for an engine to read. */
const asWritten = z.looseObject({ name: text });
const fileAsWritten = z.object({
  rules: z.array(asWritten),
  cases: z.array(z.object({ rules: z.array(asWritten).default([]) })),
});

/**
 * The cases of a file.
 *
 * @param texts the file with every value as the text that was written
 * @param values the same with numbers as numbers
 * @throws ZodError where it is not as the README has it
 */
export function casesOf(texts: unknown, values: unknown, file: string): readonly Case[] {
  const plain = suiteFile.parse(texts);
  const written = fileAsWritten.parse(values);
  return plain.cases.map((one, at) => {
    const rules = [...plain.rules, ...one.rules];
    const events = Object.entries(one.events).map(([id, fields], index) => eventOf(id, fields, index + 1));
    return {
      name: `${file}: ${one.name}`,
      texts: [...written.rules, ...(written.cases[at]?.rules ?? [])].map((rule) => stringify(rule)),
      detections: rules.flatMap((rule) => ("detection" in rule ? [plainDetection(rule)] : [])),
      correlations: rules.flatMap((rule) => (isStandard(rule) ? [plainCorrelation(rule)] : [])),
      sequences: rules.flatMap((rule) => ("incident" in rule ? [plainSequence(rule)] : [])),
      events: arriving(events, one.arrive),
      seenUntil: seenUntilOf(one["seen-until"], events),
      incidents: sorted(one.incidents.map(({ events, ...rest }) => ({ ...rest, events: events.toSorted() }))),
      refused: one.refused,
    };
  });
}

/** Incidents in an order of their own, for comparing. */
export function sorted(incidents: readonly PlainIncident[]): readonly PlainIncident[] {
  const textOf = ({ rule, events, state }: PlainIncident) => JSON.stringify([rule, events, state]);
  return incidents.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function isStandard(one: z.infer<typeof rule>): one is z.infer<typeof correlation> {
  return "correlation" in one && !("incident" in one);
}

function plainSequence({ name, correlation: { steps, until, ...rest } }: z.infer<typeof sequence>): PlainSequence {
  return {
    name,
    groupBy: rest["group-by"],
    steps: steps.map(({ within = 0n, count = "1", ...step }) => ({ ...step, within, count: Number(count) })),
    until,
  };
}

function plainDetection(rule: z.infer<typeof detection>): PlainDetection {
  const { service } = rule.logsource;
  return {
    name: rule.name,
    channel: service === undefined ? undefined : CHANNELS[service],
    selection: rule.detection.selection,
  };
}

function plainCorrelation({
  name,
  correlation: { condition, ...rest },
}: z.infer<typeof correlation>): PlainCorrelation {
  const { field = [], percentile = "", ...counts } = typeof condition === "object" ? condition : {};
  return {
    name,
    type: rest.type,
    rules: rest.rules,
    groupBy: rest["group-by"],
    timespan: rest.timespan,
    condition: typeof condition === "object" ? counts : condition,
    fields: field,
    percentile,
    aliases: rest.aliases,
    generate: rest.generate,
  };
}

function eventOf(id: string, fields: Readonly<Record<string, string>>, place: number): CaseEvent {
  const { at, ...own } = fields;
  const all = { Computer: "PC1", Channel: "Security", EventRecordID: String(place), ...own };
  return {
    id,
    time: seconds.parse(at),
    computer: all.Computer,
    channel: all.Channel,
    record: BigInt(all.EventRecordID),
    fields: all,
  };
}

function arriving(events: readonly CaseEvent[], order: readonly string[] | undefined): readonly CaseEvent[] {
  return order === undefined ? events : order.flatMap((id) => events.filter((event) => event.id === id));
}

function seenUntilOf(
  seen: Ticks | Readonly<Record<string, Ticks>> | undefined,
  events: readonly CaseEvent[],
): Case["seenUntil"] {
  const last = events.reduce((latest, { time }) => (time > latest ? time : latest), 0n);
  return ({ computer, channel }) =>
    typeof seen === "bigint" ? seen : (seen?.[`${computer}/${channel}`] ?? seen?.[computer] ?? last);
}
