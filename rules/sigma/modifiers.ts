import { nearest } from "../../model/nearest.ts";
import { DATE_PARTS, type DatePart } from "./date-part.ts";
import type { RegexFlags } from "./regular-expression.ts";
import type { Anchoring } from "./text-pattern.ts";
import { COMPARISONS, type Comparison } from "./value-test.ts";

/** The modifiers of one key, `Image|endswith|cased`, as what they mean together. */
export interface Modifiers {
  /** Every value of the list, not any. */
  readonly all: boolean;
  /** The item as a whole is negated, so that an absent field counts as different. */
  readonly neq: boolean;
  readonly meaning: Meaning;
}

export type Meaning =
  | TextMeaning
  | { readonly kind: "re"; readonly flags: RegexFlags }
  | { readonly kind: "cidr" }
  | { readonly kind: "exists" }
  | { readonly kind: "fieldref"; readonly anchoring: Anchoring; readonly cased: boolean }
  | { readonly kind: "number"; readonly compare: Comparison }
  | { readonly kind: "date"; readonly part: DatePart; readonly compare: Comparison };

export interface TextMeaning {
  readonly kind: "text";
  readonly anchoring: Anchoring;
  readonly cased: boolean;
  readonly expand: boolean;
  readonly windash: boolean;
  readonly utf16: Utf16 | undefined;
  readonly base64: "base64" | "base64offset" | undefined;
}

export type Utf16 = "utf16" | "utf16le" | "utf16be";

const ANCHORINGS = ["contains", "startswith", "endswith"] as const;
/** `any-case` says what is so without it. */
const CASE = ["cased", "any-case"] as const;
const REGEX_FLAGS = { i: "i", ignorecase: "i", m: "m", multiline: "m", s: "s", dotall: "s" } as const;
const UTF16 = { utf16: "utf16", utf16le: "utf16le", wide: "utf16le", utf16be: "utf16be" } as const;
const BASE64 = ["base64", "base64offset"] as const;
const TEXT_ONLY = ["expand", "windash", ...Object.keys(UTF16), ...BASE64];

/** Which modifiers may stand beside the one that says what the value is; `all` and `neq` may beside every one but `exists`. */
const COMPANIONS: Readonly<Record<Meaning["kind"], readonly string[]>> = {
  text: [...ANCHORINGS, ...CASE, ...TEXT_ONLY],
  re: Object.keys(REGEX_FLAGS),
  cidr: [],
  exists: [],
  fieldref: [...ANCHORINGS, ...CASE],
  number: [],
  date: COMPARISONS,
};

/** In the order in which they work on a value: what stands further left must be written first. */
const ORDER = [["expand"], ["windash"], Object.keys(UTF16), BASE64] as const;

const KNOWN = new Set([
  ...COMPANIONS.text,
  "all",
  "neq",
  "re",
  ...COMPANIONS.re,
  "cidr",
  "exists",
  "fieldref",
  ...COMPARISONS.filter((name) => name !== "eq"),
  ...DATE_PARTS,
]);

/** What has been read and makes sense: rules use the same few again and again. */
const read = new Map<string, Modifiers>();

/** Reads modifiers, in the order they are written. Returns the reason when they make no sense. */
export function parseModifiers(names: readonly string[]): Modifiers | string {
  const key = names.join("|");
  const modifiers = read.get(key) ?? readModifiers(names);
  if (typeof modifiers !== "string") read.set(key, modifiers);
  return modifiers;
}

function readModifiers(names: readonly string[]): Modifiers | string {
  const unknown = names.find((name) => !KNOWN.has(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, [...KNOWN]);
    const advice = meant === undefined ? `known are ${[...KNOWN].join(", ")}` : `did you mean ${meant}?`;
    return `unknown modifier "${unknown}"; ${advice}`;
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return `modifier "${twice}" is given twice`;
  const meaning = meaningOf(names);
  const stranger = names.find((name) => !fits(name, meaning.kind));
  if (stranger !== undefined) return `modifier "${stranger}" cannot be combined with ${nameOf(meaning, names)}`;
  const reason = orderFault(names) ?? textFault(names);
  return reason ?? { all: names.includes("all"), neq: names.includes("neq"), meaning };
}

function fits(name: string, kind: Meaning["kind"]): boolean {
  if (name === "all" || name === "neq") return kind !== "exists";
  return COMPANIONS[kind].includes(name) || isMain(name, kind);
}

function isMain(name: string, kind: Meaning["kind"]): boolean {
  if (kind === "number") return COMPARISONS.some((one) => one === name);
  if (kind === "date") return DATE_PARTS.some((one) => one === name);
  return name === kind;
}

function nameOf(meaning: Meaning, names: readonly string[]): string {
  if (meaning.kind === "text") return "a plain value";
  return `"${names.find((name) => isMain(name, meaning.kind))}"`;
}

function meaningOf(names: readonly string[]): Meaning {
  const has = (name: string) => names.includes(name);
  const compare = COMPARISONS.find(has) ?? "eq";
  const part = DATE_PARTS.find(has);
  const anchoring = ANCHORINGS.find(has) ?? "equals";
  if (has("re")) return { kind: "re", flags: flagsOf(names) };
  if (has("cidr")) return { kind: "cidr" };
  if (has("exists")) return { kind: "exists" };
  if (has("fieldref")) return { kind: "fieldref", anchoring, cased: has("cased") };
  if (part !== undefined) return { kind: "date", part, compare };
  if (compare !== "eq") return { kind: "number", compare };
  const utf16 = Object.entries(UTF16).find(([name]) => has(name))?.[1];
  const base64 = BASE64.find(has);
  return {
    kind: "text",
    anchoring,
    cased: has("cased"),
    expand: has("expand"),
    windash: has("windash"),
    utf16,
    base64,
  };
}

function flagsOf(names: readonly string[]): RegexFlags {
  const flags: string[] = Object.entries(REGEX_FLAGS).flatMap(([name, flag]) => (names.includes(name) ? [flag] : []));
  return { ignoreCase: flags.includes("i"), multiline: flags.includes("m"), dotAll: flags.includes("s") };
}

function orderFault(names: readonly string[]): string | undefined {
  const late = ["re", "cidr", "exists"].find((name) => names.indexOf(name) > 0);
  if (late !== undefined) return `modifier "${late}" must be the first`;
  const steps = names.flatMap((name) => {
    const step = ORDER.findIndex((group) => group.some((one) => one === name));
    return step === -1 ? [] : [{ name, step }];
  });
  for (const [at, { name, step }] of steps.entries()) {
    const before = steps[at - 1];
    if (before !== undefined && step <= before.step)
      return step === before.step
        ? `modifiers "${before.name}" and "${name}" exclude each other`
        : `modifier "${name}" must come before "${before.name}"`;
  }
  return undefined;
}

function textFault(names: readonly string[]): string | undefined {
  for (const group of [ANCHORINGS, CASE]) {
    const [first, second] = group.filter((name) => names.includes(name));
    if (second !== undefined) return `modifiers "${first}" and "${second}" exclude each other`;
  }
  const utf16 = Object.keys(UTF16).find((name) => names.includes(name));
  if (utf16 !== undefined && !BASE64.some((name) => names.includes(name)))
    return `modifier "${utf16}" must be followed by "base64" or "base64offset": no event holds such bytes as text`;
  return undefined;
}
