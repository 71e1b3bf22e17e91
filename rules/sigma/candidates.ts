import { ConditionCompiler } from "./compile-condition.ts";
import type { Condition } from "./condition.ts";
import { Columns, type EventText } from "./event-text.ts";
import { FieldIndex } from "./field-index.ts";
import { eachLookedUp, type NecessaryTest, necessaryTests } from "./necessary-test.ts";
import { isAscii } from "./regex-literal.ts";
import type { DetectionRule } from "./rule.ts";

/** A rule and what is left to be tested of it. */
export interface Candidate {
  readonly rule: DetectionRule;
  readonly condition: Condition | true;
}

interface Trial extends Candidate {
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

  constructor(candidates: readonly Candidate[]) {
    const cost = costs(candidates);
    for (const [order, candidate] of candidates.entries())
      this.#file({ ...candidate, order, test: undefined, tried: 0 }, cost);
  }

  get isEmpty(): boolean {
    return this.#always.length === 0 && this.#fields.length === 0 && this.#keywords === undefined;
  }

  /** The rules that match, in their own order. */
  match(event: EventText): readonly DetectionRule[] {
    let matched: Trial[] | undefined;
    const attempt = (trials: readonly Trial[]) => {
      for (const trial of trials) {
        if (trial.tried === event.number) continue;
        trial.tried = event.number;
        trial.test ??= this.#compile(trial.condition);
        if (!trial.test(event)) continue;
        if (matched === undefined) matched = [trial];
        else matched.push(trial);
      }
    };
    attempt(this.#always);
    for (const { column, index } of this.#fields) for (const value of event.values(column)) index.look(value, attempt);
    if (this.#keywords !== undefined) for (const value of event.everything()) this.#keywords.look(value, attempt);
    return matched === undefined ? NOTHING : inOrder(matched);
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
      this.#keywords ??= new FieldIndex();
      return this.#keywords;
    }
    const column = this.columns.numberOf(field);
    const known = this.#fields.find((one) => one.column === column);
    if (known !== undefined) return known.index;
    const index = new FieldIndex<Trial>();
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
  return (test) => {
    const likely = test.kind !== "literal" ? 0.02 : isAscii(test.text) ? 2 ** (-test.text.length / 2) : 0.0001;
    return likely * (uses.get(test.key) ?? 1) * (test.field === undefined ? 20 : 1);
  };
}
