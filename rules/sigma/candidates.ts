import { CODE } from "../../model/event.ts";
import { ConditionCompiler } from "./compile-condition.ts";
import type { Condition } from "./condition.ts";
import { Columns, type EventText, type ShapeColumns } from "./event-text.ts";
import { FieldIndex } from "./field-index.ts";
import type { LatelySeen } from "./lately-seen.ts";
import type { DetectionRule } from "./rule.ts";
import type { Candidate } from "./source-index.ts";

export interface Trial extends Candidate {
  readonly order: number;
  /** Compiled when the rule is first tried: most never are. */
  test: ((event: EventText) => boolean) | undefined;
  /** The number of the event it was last tried on. */
  tried: number;
}

/** A field that is looked up, by its column. */
interface Lookup {
  readonly column: number;
  readonly index: FieldIndex<Trial>;
}

const NOTHING: readonly never[] = Object.freeze([]);

/**
 * The rules that events of one kind have to be tried with. A rule is tried only on an event that passes one of the tests it cannot do without,
 * and these are not tried rule by rule but looked up, all of a field at once.
 */
export class Candidates {
  readonly columns = new Columns();
  readonly #compiler = new ConditionCompiler(this.columns);
  readonly #always: Trial[] = [];
  readonly #fields: Lookup[] = [];
  #keywords: FieldIndex<Trial> | undefined;
  /** Whether a keyword may be found in a value that is made of the characters of `CODE` alone. */
  #areCodes = false;
  readonly #seen: LatelySeen<Trial>;

  constructor(candidates: readonly Candidate[], seen: LatelySeen<Trial>) {
    this.#seen = seen;
    for (const [order, candidate] of candidates.entries())
      this.#file({ ...candidate, order, test: undefined, tried: 0 });
  }

  get isEmpty(): boolean {
    return this.#always.length === 0 && this.#fields.length === 0 && this.#keywords === undefined;
  }

  /** What has to be looked up for events of a shape: most have a few of the fields that rules read. */
  lookupsFor(columns: ShapeColumns): readonly Lookup[] {
    return this.#fields.filter(({ column }) => columns.field(column) !== null);
  }

  /** The rules that match, in their own order. `lookups` are those for the event's shape. */
  match(event: EventText, lookups: readonly Lookup[]): readonly DetectionRule[] {
    const matched: Trial[] = [];
    if (this.#always.length > 0) this.#try(this.#always, event, matched);
    for (let at = 0; at < lookups.length; at++) {
      const lookup = lookups[at];
      if (lookup !== undefined) this.#look(lookup, event, matched);
    }
    if (this.#keywords !== undefined) this.#tryKeywords(this.#keywords, event, matched);
    return matched.length === 0 ? NOTHING : inOrder(matched);
  }

  #look({ column, index }: Lookup, event: EventText, matched: Trial[]): void {
    const values = event.values(column);
    if (values === undefined) return;
    for (let at = 0; at < values.length; at++) this.#try(index.look(values[at]?.raw ?? "", 0), event, matched);
  }

  #tryKeywords(index: FieldIndex<Trial>, event: EventText, matched: Trial[]): void {
    const { slots } = event;
    for (let slot = 0; slot < slots; slot++) {
      // Most slots hold numbers, times and ids: their texts need not be made.
      if (!this.#areCodes && event.isCode(slot)) continue;
      const value = event.slot(slot);
      if (typeof value === "string") this.#try(index.look(value, slot), event, matched);
      else if (value !== undefined) this.#tryList(index, value, slot, event, matched);
    }
  }

  #tryList(index: FieldIndex<Trial>, list: readonly string[], slot: number, event: EventText, matched: Trial[]): void {
    for (const one of list) this.#try(index.look(one, slot), event, matched);
  }

  /** None are undefined, not an empty list: those are of another kind to V8, and what meets both is compiled twice. */
  #try(trials: readonly Trial[] | undefined, event: EventText, matched: Trial[]): void {
    if (trials === undefined) return;
    for (let at = 0; at < trials.length; at++) {
      const trial = trials[at];
      if (trial === undefined || trial.tried === event.number) continue;
      trial.tried = event.number;
      trial.test ??= this.#compile(trial.condition());
      if (trial.test(event)) matched.push(trial);
    }
  }

  #compile(condition: Condition | boolean): (event: EventText) => boolean {
    return typeof condition === "boolean" ? () => condition : this.#compiler.compile(condition);
  }

  #file(trial: Trial): void {
    if (trial.tests === undefined) this.#always.push(trial);
    else
      for (const tests of trial.tests) {
        this.#indexOf(tests.field).add(tests, trial);
        if (tests.field === undefined && tests.texts.some((text) => CODE.test(text))) this.#areCodes = true;
      }
  }

  #indexOf(field: string | undefined): FieldIndex<Trial> {
    if (field === undefined) {
      this.#keywords ??= new FieldIndex(this.#seen);
      return this.#keywords;
    }
    const column = this.columns.numberOf(field);
    const known = this.#fields.find((one) => one.column === column);
    if (known !== undefined) return known.index;
    const index = new FieldIndex(this.#seen);
    this.#fields.push({ column, index });
    return index;
  }
}

function inOrder(trials: readonly Trial[]): readonly DetectionRule[] {
  return trials.toSorted((a, b) => a.order - b.order).map(({ rule }) => rule);
}
