import { isSame } from "./bytes.ts";
import { BLOCK, type JsonOutput } from "./json-output.ts";
import { type Content, type JsonMember, type JsonMembers, planJson } from "./json-plan.ts";
import type { EvtxRecord } from "./record.ts";
import { ARRAY, type Scalar, scalarText, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

/**
 * How the records of one form are written: the bytes that all of them have in common, and between these the places of their values.
 * Running it makes no object and no string, and reads its tables from beginning to end. What is as in the record before is copied from that one's
 * line: two in three of a log's values are, and they stand in few pieces. That is what the reader's speed comes from.
 */
export interface JsonProgram {
  /**
   * For each step how many bytes come first, where in `literals` they begin, what is written behind them (`WRITE`), of which value (-1: of none, or
   * of several), and that value's type, which all records of one form have in common; of other steps, which one of `others` it is.
   */
  readonly steps: Int32Array;
  /** What comes first, each beginning with a block of its own (see `JsonOutput.literal`). */
  readonly literals: Float64Array;
  readonly others: readonly OtherStep[];
  readonly last: LastLine;
}

/** Numbers that a step takes in `steps`. */
const STEP = 5;

/** The line that was written last, and the record that it is of: good as long as the bytes of both are there (`Values.chunk`, `JsonOutput.piece`). */
interface LastLine {
  chunk: number;
  piece: number;
  /** Where the line begins. */
  start: number;
  /** For each step where its value stood in the chunk, how many bytes it had, and where the step's text ends. */
  readonly steps: Int32Array;
}

/** Numbers that a step takes in `LastLine.steps`. */
const LAST = 3;

/** `value`: as it is, or null. `element`: so, but an empty text is null. */
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
  readonly #literals: string[] = [];
  /** Doubles that the literals so far take. */
  #length = 0;
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
    const steps = new Int32Array(this.#steps);
    const literals = new Float64Array(this.#length);
    const bytes = Buffer.from(literals.buffer);
    for (const [i, text] of this.#literals.entries())
      bytes.write(text, (steps[i * STEP + 1] ?? 0) * Float64Array.BYTES_PER_ELEMENT);
    const last = { chunk: -1, piece: -1, start: 0, steps: new Int32Array(this.#literals.length * LAST) };
    return { steps, literals, others: this.#others, last };
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
    const type = index < 0 ? TYPE.null : this.#values.type(index);
    if (index >= 0 && (kind === "value" || (!(type & ARRAY) && isAsItIs(kind, type))))
      this.#add(WRITE.value, index, type);
    else if (index >= 0 && kind === "element") this.#add(WRITE.element, index, type);
    else this.#add(WRITE.other, index, this.#others.push({ kind, content, index, type }) - 1);
  }

  /** Adds a step that has what is pending before it. */
  #add(write: number, index: number, argument: number): void {
    const size = Buffer.byteLength(this.#pending);
    this.#steps.push(size, this.#length, write, index, argument);
    this.#literals.push(this.#pending);
    this.#length += Math.ceil(size / BLOCK) * (BLOCK / Float64Array.BYTES_PER_ELEMENT);
    this.#pending = "";
  }
}

/** Whether a value that is no list needs no second look. */
function isAsItIs(kind: StepKind, type: number): boolean {
  return kind === "named" || kind === "data" || (kind === "element" && !CAN_BE_EMPTY.has(type));
}

const CAN_BE_EMPTY: ReadonlySet<number> = new Set([TYPE.string, TYPE.ansi, TYPE.binary, TYPE.evtXml]);

/** Writes the record whose values these are. */
export function runJson(program: JsonProgram, values: Values, output: JsonOutput): void {
  const { steps, last } = program;
  const lastSteps = last.steps;
  const { view } = values;
  const isThere = last.chunk === values.chunk && last.piece === output.piece;
  /** Where the step before ends in the last line and in this one, and where in the last line begins what is to be copied. */
  let lastEnd = last.start;
  let end = output.at;
  let copied = lastEnd;
  last.chunk = values.chunk;
  last.piece = output.piece;
  last.start = end;
  for (let i = 0, j = 0; i < steps.length; i += STEP, j += LAST) {
    const index = steps[i + 3] ?? 0;
    let isAlike = isThere && steps[i + 2] === WRITE.nothing;
    if (index >= 0) {
      const from = values.offset(index);
      const size = values.size(index);
      const lastFrom = lastSteps[j] ?? 0;
      isAlike = isThere && size === lastSteps[j + 1] && isSame(view, lastFrom, lastFrom + size, view, from);
      lastSteps[j] = from;
      lastSteps[j + 1] = size;
    }
    const nextEnd = lastSteps[j + 2] ?? 0;
    if (isAlike) end += nextEnd - lastEnd;
    else {
      if (copied < lastEnd) output.copy(copied, lastEnd);
      writeStep(program, i, values, output);
      copied = nextEnd;
      end = output.at;
    }
    lastSteps[j + 2] = end;
    lastEnd = nextEnd;
  }
  if (copied < lastEnd) output.copy(copied, lastEnd);
}

function writeStep({ steps, literals, others }: JsonProgram, step: number, values: Values, output: JsonOutput): void {
  const write = steps[step + 2] ?? 0;
  const index = steps[step + 3] ?? 0;
  const argument = steps[step + 4] ?? 0;
  output.literal(literals, steps[step + 1] ?? 0, steps[step] ?? 0);
  if (write === WRITE.value) {
    if (!output.value(values, index, argument)) output.null();
  } else if (write === WRITE.element) writeElement(values, index, argument, output);
  else if (write === WRITE.other) writeOther(others[argument], values, output);
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
