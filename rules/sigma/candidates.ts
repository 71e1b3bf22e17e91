import { ConditionCompiler } from "./compile-condition.ts";
import type { Condition } from "./condition.ts";
import { Columns, type EventText } from "./event-text.ts";
import { isEveryday } from "./everyday.ts";
import { FieldIndex } from "./field-index.ts";
import type { LatelySeen } from "./lately-seen.ts";
import { eachLookedUp, type NecessaryTest, necessaryTests } from "./necessary-test.ts";
import { isAscii } from "./regex-literal.ts";
import type { DetectionRule } from "./rule.ts";

/** A rule and what is left to be tested of it. */
export interface Candidate {
  readonly rule: DetectionRule;
  readonly condition: Condition | true;
}

export interface Trial extends Candidate {
  readonly order: number;
  /** Compiled when the rule is first tried: most never are. */
  test: ((event: EventText) => boolean) | undefined;
  /** The number of the event it was last tried on. */
  tried: number;
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
  readonly #fields: { readonly column: number; readonly index: FieldIndex<Trial> }[] = [];
  #keywords: FieldIndex<Trial> | undefined;
  readonly #seen: LatelySeen<Trial>;

  constructor(candidates: readonly Candidate[], seen: LatelySeen<Trial>) {
    this.#seen = seen;
    const cost = costs(candidates);
    for (const [order, candidate] of candidates.entries())
      this.#file({ ...candidate, order, test: undefined, tried: 0 }, cost);
  }

  get isEmpty(): boolean {
    return this.#always.length === 0 && this.#fields.length === 0 && this.#keywords === undefined;
  }

  /** The rules that match, in their own order. */
  match(event: EventText): readonly DetectionRule[] {
    const matched: Trial[] = [];
    this.#try(this.#always, event, matched);
    for (const { column, index } of this.#fields)
      for (const { raw } of event.values(column)) this.#try(index.look(raw, 0), event, matched);
    if (this.#keywords !== undefined) this.#tryKeywords(this.#keywords, event, matched);
    return matched.length === 0 ? NOTHING : inOrder(matched);
  }

  #tryKeywords(index: FieldIndex<Trial>, event: EventText, matched: Trial[]): void {
    const { slots } = event;
    for (let slot = 0; slot < slots; slot++) {
      const value = event.slot(slot);
      if (typeof value === "string") this.#try(index.look(value, slot), event, matched);
      else if (value !== undefined) for (const one of value) this.#try(index.look(one, slot), event, matched);
    }
  }

  #try(trials: readonly Trial[], event: EventText, matched: Trial[]): void {
    for (let at = 0; at < trials.length; at++) {
      const trial = trials[at];
      if (trial === undefined || trial.tried === event.number) continue;
      trial.tried = event.number;
      trial.test ??= this.#compile(trial.condition);
      if (trial.test(event)) matched.push(trial);
    }
  }

  #compile(condition: Condition | true): (event: EventText) => boolean {
    return condition === true ? () => true : this.#compiler.compile(condition);
  }

  #file(trial: Trial, cost: (test: NecessaryTest) => number): void {
    const necessary = trial.condition === true ? undefined : necessaryTests(trial.condition, cost);
    if (necessary === undefined) this.#always.push(trial);
    else for (const test of necessary.tests) this.#indexOf(test.field).add(test, trial);
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

/**
 * How often a test is likely to hold: the shorter and the more rules have it, the more often. That many rules name \powershell.exe
 * says that it is everyday, and that a lookup of it would leave as many rules to try.
 */
function costs(candidates: readonly Candidate[]): (test: NecessaryTest) => number {
  const uses = new Map<string, number>();
  for (const { condition } of candidates)
    if (condition !== true) eachLookedUp(condition, ({ key }) => uses.set(key, (uses.get(key) ?? 0) + 1));
  return (test) => likelihood(test) * (uses.get(test.key) ?? 1) * (test.field === undefined ? 20 : 1);
}

function likelihood({ kind, text }: NecessaryTest): number {
  if (kind === "number") return 0.02;
  if (text !== "" && isEveryday(text)) return 1;
  if (kind === "whole") return 0.02;
  return isAscii(text) ? 2 ** (-text.length / 2) : 0.0001;
}
