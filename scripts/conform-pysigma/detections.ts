import fc from "fast-check";
import { stringify } from "yaml";
import { z } from "zod";
import { parseRuleFile } from "../../rules/parse-file.ts";
import { eventFromFields } from "../../rules/sample-event.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import type { Question } from "./pysigma.ts";

/** One random detection rule, and sets of events of one each. */
export interface DetectionCase {
  readonly rule: object;
  readonly sets: readonly (readonly Readonly<Record<string, string>>[])[];
}

const FIELDS = ["Path", "Line", "Number", "Address", "Other"];
const PLACEHOLDERS = new Map();

/** Short texts of the characters that rules treat apart, so that they meet. */
const piece = fc.constantFrom("a", "A", "b", "\\", "/", "-", "*", "?", "%", "_", ".", " ", "é", "É", "'", "1");
const text = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(""));
const letters = fc
  .array(fc.constantFrom("a", "b", "A", "-", "/"), { minLength: 1, maxLength: 3 })
  .map((of) => of.join(""));
const flag = fc.constantFrom("-a", "/a", "-ab", "x -a", "a -b", "a-b");
const number = fc.constantFrom("0", "1", "7", "10", "-3", "2.5");
const address = fc.constantFrom("10.0.0.1", "10.0.1.255", "192.168.1.1", "172.16.5.4", "10.1.0.0");

const event = fc.record({
  Path: fc.option(text, { nil: undefined }),
  Line: fc.oneof(text, flag, letters, fc.constantFrom("YWI=", "x YWJh", "AGE", "")),
  Number: fc.option(number, { nil: undefined }),
  Address: address,
  Other: fc.option(fc.oneof(text, letters), { nil: undefined }),
});

const item = fc.oneof(
  {
    weight: 3,
    arbitrary: one(fc.constantFrom("Path", "Line"), fc.constantFrom("", "|contains", "|startswith", "|endswith"), text),
  },
  one(
    fc.constant("Line"),
    fc.constantFrom("|contains|all", "|contains", ""),
    fc.array(letters, { minLength: 2, maxLength: 3 }),
  ),
  one(fc.constantFrom("Path", "Line"), fc.constantFrom("|cased", "|contains|cased", "|startswith|cased"), letters),
  one(fc.constant("Line"), fc.constantFrom("|contains|windash", "|windash"), flag),
  one(
    fc.constant("Line"),
    fc.constantFrom("|base64", "|base64offset|contains", "|wide|base64offset|contains"),
    letters,
  ),
  one(
    fc.constant("Line"),
    fc.constantFrom("|re", "|re|i"),
    fc.constantFrom("^a", "a.b", "[ab]{2}$", "(a|b)+", "\\\\", "^$"),
  ),
  one(fc.constant("Number"), fc.constantFrom("|lt", "|lte", "|gt", "|gte", ""), fc.constantFrom(0, 1, 7, 10, -3)),
  one(
    fc.constant("Address"),
    fc.constant("|cidr"),
    fc.constantFrom("10.0.0.0/8", "10.0.0.0/23", "192.168.1.1/32", "172.16.0.0/12"),
  ),
  one(fc.constantFrom("Path", "Other", "Number"), fc.constant("|exists"), fc.boolean()),
  one(fc.constantFrom("Path", "Other"), fc.constant(""), fc.constant(null)),
  one(
    fc.constant("Path"),
    fc.constantFrom("|fieldref", "|fieldref|contains", "|fieldref|startswith"),
    fc.constant("Other"),
  ),
  one(fc.constantFrom("Line", "Number"), fc.constant("|neq"), fc.constantFrom("a", "7")),
);
const search = fc.oneof(
  { weight: 5, arbitrary: fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => Object.assign({}, ...items)) },
  { weight: 1, arbitrary: fc.array(item, { minLength: 2, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(letters, { minLength: 1, maxLength: 2 }) },
);
const condition = fc.constantFrom(
  "s1",
  "not s1",
  "s1 and s2",
  "s1 or s2",
  "s1 and not s2",
  "not s1 or s2",
  "not (s1 or s2)",
  "1 of s*",
  "all of them",
  "1 of them",
  "not 1 of s*",
);

/** A field with its modifiers, and what it is compared with. */
function one(
  field: fc.Arbitrary<string>,
  modifiers: fc.Arbitrary<string>,
  value: fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  return fc.tuple(field, modifiers, value).map(([field, modifiers, value]) => ({ [`${field}${modifiers}`]: value }));
}

/** Random detection rules, each over so many random events. */
export function randomDetections(cases: number, sets: number, seed: number): readonly DetectionCase[] {
  const events = fc.array(
    event.map((event) => [present(event)]),
    { minLength: sets, maxLength: sets },
  );
  const arbitrary = fc.tuple(search, search, condition, events).map(([s1, s2, condition, sets]) => ({
    rule: {
      title: "T",
      name: "root",
      logsource: { product: "windows" },
      detection: { s1, ...(/s2|them|s\*/.test(condition) ? { s2 } : {}), condition },
    },
    sets,
  }));
  return fc.sample(arbitrary, { numRuns: cases, seed });
}

function present(event: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(event).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export function detectionQuestion({ rule, sets }: DetectionCase): Question {
  const numbered = sets.map((events) =>
    events.map(({ Number: number, ...event }) => ({
      ...event,
      ...(number === undefined ? {} : { Number: Number(number) }),
      id: "e1",
      ts: 0,
    })),
  );
  return { rules: stringify(rule), root: "root", fields: FIELDS, seenUntil: 0, sets: numbered };
}

/** What is decided otherwise than pySigma does: docs/correlation.md, "Where pySigma differs". */
export const DETECTION_DECISIONS = ["base64offset of a single letter", "letters beyond ASCII have a case"] as const;
export type DetectionDecision = (typeof DETECTION_DECISIONS)[number];

/**
 * Whether the engine's rule matches the event of each set; a text where it refuses the rule.
 *
 * @param theirs decisions that are to be taken as pySigma takes them: the engine is given a rule and events that come to the same with ours
 */
export function matchesByEngine(
  { rule, sets }: DetectionCase,
  theirs: ReadonlySet<DetectionDecision> = new Set(),
): readonly boolean[] | string {
  const rewrite = (text: string) => [...theirs].reduce((before, decision) => asTheirs(before, decision), text);
  const [parsed] = parseRuleFile(rewrite(JSON.stringify(rule)), "random.yml", PLACEHOLDERS);
  if (parsed?.kind !== "detection") return parsed?.kind === "refused" ? parsed.reason : String(parsed?.kind);
  const matcher = createMatcher([parsed]);
  const fieldsOf = (event: object) =>
    z.record(z.string(), z.string()).parse(JSON.parse(rewrite(JSON.stringify(event))));
  return sets.map((events) => events.some((event) => matcher.match(eventFromFields(fieldsOf(event))).length > 0));
}

function asTheirs(json: string, decision: DetectionDecision): string {
  // At one of the offsets nothing is left of a single letter, and the empty text is in every text.
  if (decision === "base64offset of a single letter")
    return json.replaceAll(/(?<!wide\|)base64offset\|contains":"."/g, 'exists":true');
  // Two signs that have no case.
  return json.replaceAll("é", "鱼").replaceAll("É", "鸟");
}
