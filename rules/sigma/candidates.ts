import { compileCondition } from "./compile-condition.ts";
import type { Condition } from "./condition.ts";
import type { Columns, EventText } from "./event-text.ts";
import { type KeyPart, requiredKeys, tailOf } from "./required-key.ts";
import type { DetectionRule } from "./rule.ts";

/** A rule and what is left to be tested of it. */
export interface Candidate {
  readonly rule: DetectionRule;
  readonly condition: Condition | true;
}

interface Trial {
  readonly order: number;
  readonly rule: DetectionRule;
  readonly test: (event: EventText) => boolean;
}

/** One field's required values → the rules to try on an event that has them. */
interface KeyTable {
  readonly column: number;
  readonly part: KeyPart;
  readonly trials: Map<string, Trial[]>;
}

/** The rules that events of one kind have to be tried with: those with required keys only when the event has one of them. */
export class Candidates {
  readonly #always: Trial[] = [];
  readonly #tables: KeyTable[] = [];

  constructor(candidates: readonly Candidate[], columns: Columns) {
    for (const [order, { rule, condition }] of candidates.entries()) {
      const test = condition === true ? () => true : compileCondition(condition, columns).test;
      this.#file({ order, rule, test }, condition, columns);
    }
  }

  get isEmpty(): boolean {
    return this.#always.length === 0 && this.#tables.length === 0;
  }

  /** The rules that match, in their own order. */
  match(event: EventText): readonly DetectionRule[] {
    const matched = new Set<Trial>();
    for (const trial of this.#always) if (trial.test(event)) matched.add(trial);
    for (const { column, part, trials } of this.#tables)
      for (const value of event.values(column)) {
        const text = part === "tail" ? tailOf(value.lower) : value.lower;
        for (const trial of trials.get(text) ?? []) if (trial.test(event)) matched.add(trial);
      }
    return [...matched].sort((a, b) => a.order - b.order).map(({ rule }) => rule);
  }

  #file(trial: Trial, condition: Condition | true, columns: Columns): void {
    const keys = condition === true ? undefined : requiredKeys(condition);
    if (keys === undefined) {
      this.#always.push(trial);
      return;
    }
    for (const { field, part, text } of keys) {
      const column = columns.numberOf(field);
      // A field that the shape has not is never fulfilled: there is nothing to look up.
      if (column === undefined) continue;
      const { trials } = this.#table(column, part);
      const there = trials.get(text);
      if (there === undefined) trials.set(text, [trial]);
      else if (there.at(-1) !== trial) there.push(trial);
    }
  }

  #table(column: number, part: KeyPart): KeyTable {
    const known = this.#tables.find((table) => table.column === column && table.part === part);
    if (known !== undefined) return known;
    const table: KeyTable = { column, part, trials: new Map() };
    this.#tables.push(table);
    return table;
  }
}
