import { Counter, Gauge, type Registry } from "prom-client";

/** How many combinations of labels one metric tells apart; names of rules and states come from rules that anyone may write. */
const COMBINATIONS = 500;

/** How long the value of a label may be. */
const CHARACTERS = 120;

/** What stands for all that is past the bound. */
const OTHER = "other";

interface Description<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
}

type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** A counter whose number of time series is bounded: what is past the bound is counted, as `other`. */
export class BoundedCounter<Label extends string = never> {
  readonly #counter: Counter<Label>;
  readonly #bound: Bound<Label>;

  constructor(registry: Registry, { name, help, labels }: Description<Label>) {
    this.#counter = new Counter({ name, help, labelNames: labels, registers: [registry] });
    this.#bound = new Bound(labels);
  }

  add(labels: Labels<Label>, count = 1): void {
    this.#counter.inc(this.#bound.keep(labels), count);
  }
}

/** A gauge of several values that are all known at once, bounded likewise. */
export class BoundedGauge<Label extends string> {
  readonly #gauge: Gauge<Label>;
  readonly #labels: readonly Label[];

  constructor(registry: Registry, { name, help, labels }: Description<Label>) {
    this.#gauge = new Gauge({ name, help, labelNames: labels, registers: [registry] });
    this.#labels = labels;
  }

  /** These values, and no others any more. Those of the same labels are added up. */
  replace(values: Iterable<Labels<Label> & { readonly count: number }>): void {
    const bound = new Bound(this.#labels);
    this.#gauge.reset();
    for (const value of values) this.#gauge.inc(bound.keep(value), value.count);
  }
}

class Bound<Label extends string> {
  readonly #labels: readonly Label[];
  readonly #seen = new Set<string>();

  constructor(labels: readonly Label[]) {
    this.#labels = labels;
  }

  keep(given: Labels<Label>): Partial<Record<Label, string>> {
    const values = this.#labels.map((label) => given[label].slice(0, CHARACTERS));
    const key = JSON.stringify(values);
    const isKept = this.#seen.has(key) || this.#seen.size < COMBINATIONS;
    if (isKept) this.#seen.add(key);
    const kept: Partial<Record<Label, string>> = {};
    for (const [index, label] of this.#labels.entries()) kept[label] = isKept ? (values[index] ?? "") : OTHER;
    return kept;
  }
}
