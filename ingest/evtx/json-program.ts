import { BLOCK, type JsonOutput } from "./json-output.ts";
import { type Content, type JsonMember, type JsonMembers, planJson } from "./json-plan.ts";
import type { EvtxRecord } from "./record.ts";
import { ARRAY, type Scalar, scalarText, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

/**
 * How the records of one form are written: the bytes that all of them have in common, and between these the places of their values.
 * Running it makes no object and no string, and reads two tables from beginning to end: that is what the reader's speed comes from.
 */
export interface JsonProgram {
  /** For each step how many bytes come first, what is written behind them (`WRITE`), and of which value: its index, and its type, which all records of one form have in common. */
  readonly steps: Int32Array;
  /** What comes first, of all steps, each beginning with a block of its own (see `JsonOutput.literal`). */
  readonly literals: Float64Array;
  readonly others: readonly OtherStep[];
}

/** Numbers that a step takes. */
const STEP = 4;

/** `value`: as it is, or null. `element`: so, but an empty text is null. `other`: the index is that of a step in `others`. */
const WRITE = { nothing: 0, value: 1, element: 2, other: 3 } as const;

interface OtherStep {
  readonly kind: StepKind;
  readonly content: Content;
  /** The value that is the whole content; else -1. */
  readonly index: number;
  readonly type: number;
}

/**
 * `value` and `element`: as above. `text`: the key `#text`, left out when null or empty.
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
  readonly #steps: number[] = [];
  readonly #literals: Buffer[] = [];
  readonly #others: OtherStep[] = [];
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
    this.#add(WRITE.nothing, -1, TYPE.null);
    return {
      steps: Int32Array.from(this.#steps),
      literals: new Float64Array(Uint8Array.from(Buffer.concat(this.#literals)).buffer),
      others: this.#others,
    };
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
    if (index >= 0 && (kind === "value" || (!(type & ARRAY) && isAsItIs(kind, type))))
      this.#add(WRITE.value, index, type);
    else if (index >= 0 && kind === "element") this.#add(WRITE.element, index, type);
    else this.#add(WRITE.other, this.#others.push({ kind, content, index, type }) - 1, type);
  }

  /** Adds a step that has what is pending before it. */
  #add(write: number, index: number, type: number): void {
    const size = Buffer.byteLength(this.#pending);
    const blocks = Buffer.alloc(blocksOf(size) * BLOCK);
    blocks.write(this.#pending);
    this.#literals.push(blocks);
    this.#steps.push(size, write, index, type);
    this.#pending = "";
  }
}

function blocksOf(size: number): number {
  return Math.ceil(size / BLOCK);
}

/** Whether a value that is no list needs no second look. */
function isAsItIs(kind: StepKind, type: number): boolean {
  return kind === "named" || kind === "data" || (kind === "element" && !CAN_BE_EMPTY.has(type));
}

const CAN_BE_EMPTY: ReadonlySet<number> = new Set([TYPE.string, TYPE.ansi, TYPE.binary, TYPE.evtXml]);

/** Writes the record whose values these are. */
export function runJson({ steps, literals, others }: JsonProgram, values: Values, output: JsonOutput): void {
  let from = 0;
  for (let i = 0; i < steps.length; i += STEP) {
    const write = steps[i + 1] ?? 0;
    const index = steps[i + 2] ?? 0;
    from = output.literal(literals, from, steps[i] ?? 0);
    if (write === WRITE.value) {
      if (!output.value(values, index, steps[i + 3] ?? 0)) output.null();
    } else if (write === WRITE.element) writeElement(values, index, steps[i + 3] ?? 0, output);
    else if (write === WRITE.other) writeOther(others[index], values, output);
  }
}

function writeElement(values: Values, index: number, type: number, output: JsonOutput): void {
  const start = output.at;
  if (output.value(values, index, type) && !isEmptyText(output, start)) return;
  output.at = start;
  output.null();
}

function writeOther(step: OtherStep | undefined, values: Values, output: JsonOutput): void {
  const start = output.at;
  switch (step?.kind) {
    case "value":
      if (!write(step, values, output)) output.null();
      return;
    case "element":
      if (write(step, values, output) && !isEmptyText(output, start)) return;
      output.at = start;
      output.null();
      return;
    case "text": {
      output.ascii(',"#text":');
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

function write({ index, type, content }: OtherStep, values: Values, output: JsonOutput): boolean {
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

function isList({ index, type }: OtherStep): boolean {
  return index >= 0 && (type & ARRAY) !== 0;
}

/** In brackets when there are more than one. */
function writeList({ index, kind }: OtherStep, values: Values, output: JsonOutput): void {
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
