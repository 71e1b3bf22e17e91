import type { JsonOutput } from "./json-output.ts";
import { type Content, type JsonMember, type JsonMembers, planJson } from "./json-plan.ts";
import { type Literal, literalOf } from "./literal.ts";
import type { EvtxRecord } from "./record.ts";
import { ARRAY, type Scalar, scalarText, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

/**
 * How the records of one form are written: the bytes that all of them have in common, and between these the places of their values.
 * Running it makes no object and no string: that is what the reader's speed comes from.
 */
export interface JsonProgram {
  readonly steps: readonly Step[];
  readonly tail: Literal;
}

interface Step {
  readonly before: Literal;
  readonly kind: StepKind;
  readonly content: Content;
  /** The value that is the whole content, nearly always; else -1. */
  readonly index: number;
  /** Of that value: records of one form have the same. */
  readonly type: number;
  /** It is written as it is, or null: whatever it contains. */
  readonly isPlain: boolean;
}

/**
 * `value`: as it is, or null. `element`: so, but an empty text is null. `text`: the key `#text`, left out when null or empty.
 * `named`: a list of one or none is no list. `data`, `more data`: one of the unnamed `<Data>`, and whether it stands alone.
 */
type StepKind = "value" | "element" | "text" | "named" | "data" | "more data";

/** The program for a record; for all of its form when the record has one and `reusable` says so. */
export function compileJson(record: EvtxRecord): { readonly program: JsonProgram; readonly reusable: boolean } {
  const { members, reusable } = planJson(record);
  const emitter = new Emitter(record.values);
  emitter.object(members);
  return { program: emitter.finish(), reusable };
}

class Emitter {
  readonly #steps: Step[] = [];
  #pending = "";
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  object(members: JsonMembers): void {
    let separator = "{";
    for (const [name, member] of members) {
      this.#pending += `${separator}${JSON.stringify(name)}:`;
      this.#member(member);
      separator = ",";
    }
    if (separator === "{") this.#pending += separator;
    this.#pending += "}";
  }

  finish(): JsonProgram {
    return { steps: this.#steps, tail: this.#literal() };
  }

  #member(member: JsonMember): void {
    switch (member.kind) {
      case "object":
        this.object(member.members);
        if (member.text.length === 0) return;
        this.#pending = this.#pending.slice(0, -1);
        this.#step("text", member.text);
        this.#pending += "}";
        return;
      case "content":
        this.#content(member.as, member.content);
        return;
      case "known":
        this.#pending += member.json;
        return;
      case "data": {
        const [only, ...others] = member.items;
        this.#pending += '{"#text":';
        if (others.length === 0) this.#content("data", only ?? []);
        else
          for (const [i, item] of member.items.entries()) {
            this.#pending += i === 0 ? "[" : ",";
            this.#content("more data", item);
          }
        this.#pending += others.length === 0 ? "}" : "]}";
      }
    }
  }

  #content(kind: StepKind, content: Content): void {
    const [only] = content;
    if (content.length > 1 || typeof only === "number") this.#step(kind, content);
    else if (kind === "more data") this.#pending += JSON.stringify(only ?? "");
    else this.#pending += kind === "element" && only === "" ? "null" : JSON.stringify(only ?? null);
  }

  #step(kind: StepKind, content: Content): void {
    const [only] = content;
    const index = content.length === 1 && typeof only === "number" ? only : -1;
    const type = this.#values.type(index);
    const isPlain = index >= 0 && (kind === "value" || (!(type & ARRAY) && isAsItIs(kind, type)));
    this.#steps.push({ before: this.#literal(), kind, content, index, type, isPlain });
  }

  #literal(): Literal {
    const literal = literalOf(this.#pending);
    this.#pending = "";
    return literal;
  }
}

/** Whether a value that is no list needs no second look. */
function isAsItIs(kind: StepKind, type: number): boolean {
  return kind === "named" || kind === "data" || (kind === "element" && !CAN_BE_EMPTY.has(type));
}

const CAN_BE_EMPTY: ReadonlySet<number> = new Set([TYPE.string, TYPE.ansi, TYPE.binary, TYPE.evtXml]);

const TEXT_KEY = literalOf(',"#text":');

/** Writes the record whose values these are. */
export function runJson({ steps, tail }: JsonProgram, values: Values, output: JsonOutput): void {
  // A loop by index: this one is the hottest of all.
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) continue;
    output.literal(step.before);
    if (!step.isPlain) run(step, values, output);
    else if (!output.value(values, step.index, step.type)) output.null();
  }
  output.literal(tail);
}

function run(step: Step, values: Values, output: JsonOutput): void {
  const start = output.at;
  switch (step.kind) {
    case "value":
      if (!write(step, values, output)) output.null();
      return;
    case "element":
      if (write(step, values, output) && !isEmptyText(output, start)) return;
      output.at = start;
      output.null();
      return;
    case "text": {
      output.literal(TEXT_KEY);
      const text = output.at;
      if (!write(step, values, output) || isEmptyText(output, text)) output.at = start;
      return;
    }
    case "named":
    case "data":
      if (isList(step)) writeList(step, values, output);
      else if (!write(step, values, output)) output.null();
      return;
    case "more data":
      if (isList(step) ? output.elements(values, step.index) === 0 : !write(step, values, output)) output.ascii('""');
  }
}

function write({ index, type, content }: Step, values: Values, output: JsonOutput): boolean {
  if (index >= 0) return output.value(values, index, type);
  const texts = content.flatMap((part) => (typeof part === "string" ? [part] : textOf(values, part)));
  if (texts.length > 0) output.any(texts.join(""));
  return texts.length > 0;
}

function textOf(values: Values, index: number): readonly string[] {
  const value = values.decode(index);
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(scalarText) : [scalarText(value as Scalar)];
}

function isList({ index, type }: Step): boolean {
  return index >= 0 && (type & ARRAY) !== 0;
}

/** In brackets when there are more than one. */
function writeList({ index, kind }: Step, values: Values, output: JsonOutput): void {
  const start = output.at;
  output.ascii("[");
  const count = output.elements(values, index);
  if (count > 1 || (count === 0 && kind === "data" && values.decode(index) !== undefined)) output.ascii("]");
  else if (count === 1) {
    output.bytes.copyWithin(start, start + 1, output.at);
    output.at--;
  } else {
    output.at = start;
    output.null();
  }
}

/** Whether what has been written since `start` is `""`. */
function isEmptyText(output: JsonOutput, start: number): boolean {
  return output.at === start + 2 && output.bytes[start] === 0x22;
}
