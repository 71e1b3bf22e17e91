import { readAll, type WindowsEvent } from "../../model/event.ts";
import type { Shape } from "../../model/shape.ts";
import { Candidates, type Trial } from "./candidates.ts";
import { EventText, ShapeColumns, type SlotValue, TextValue } from "./event-text.ts";
import { LatelySeen } from "./lately-seen.ts";
import { DECIDING } from "./outline.ts";
import type { DetectionRule } from "./rule.ts";
import { type Candidate, SourceIndex } from "./source-index.ts";
import type { KnownValues } from "./specialise.ts";

/** Finds the rules that match an event. It keeps nothing of an event, only what it worked out about shapes and kinds of events. */
export interface Matcher {
  match(event: WindowsEvent): readonly DetectionRule[];
}

/** Bounds on what is remembered; a log that passes them was made to, and costs time, not memory. */
const MAX_SHAPES = 4096;
const MAX_KINDS_PER_SHAPE = 1024;
const MAX_KINDS = 16_384;
const MAX_RULES_OF_KINDS = 100_000;

/** What is known of one shape. */
interface ShapePlan {
  readonly shape: Shape;
  /** The slots of the deciding fields. */
  readonly deciding: readonly number[];
  /** Values in the deciding slots → what such events have to be tried with. */
  readonly kinds: Map<string, BoundCandidates>;
  /** The kind of the event before: a shape seldom has more than one. */
  last: { readonly values: readonly SlotValue[]; readonly bound: BoundCandidates } | undefined;
}

/** The rules to try, and where the events of the shape have the fields that these read; without rules undefined. */
type BoundCandidates =
  | {
      readonly candidates: Candidates;
      readonly columns: ShapeColumns;
      readonly lookups: ReturnType<Candidates["lookupsFor"]>;
    }
  | undefined;

const NOTHING: readonly never[] = Object.freeze([]);

/** Rules whose logsource is not read here never match (`eventSourcesOf` says why). */
export function createMatcher(rules: readonly DetectionRule[]): Matcher {
  const kinds = new Kinds(rules);
  let plans = new WeakMap<Shape, ShapePlan>();
  let shapes = 0;
  let before: ShapePlan | undefined;
  const text = new EventText();

  const planOf = (shape: Shape): ShapePlan => {
    if (before?.shape === shape) return before;
    before = plans.get(shape) ?? made(shape);
    return before;
  };

  const made = (shape: Shape): ShapePlan => {
    if (++shapes > MAX_SHAPES) {
      plans = new WeakMap();
      shapes = 1;
    }
    const deciding = DECIDING.flatMap((name) => shape.field(name)?.slots ?? []);
    const plan: ShapePlan = { shape, deciding, kinds: new Map(), last: undefined };
    plans.set(shape, plan);
    return plan;
  };

  const boundOf = (plan: ShapePlan, event: WindowsEvent): BoundCandidates => {
    const { last } = plan;
    if (last !== undefined && isSame(event, plan.deciding, last.values)) return last.bound;
    const values = plan.deciding.map((slot) => event.value(slot));
    const key = JSON.stringify(values.map((value) => value ?? null));
    let bound = plan.kinds.get(key);
    if (bound === undefined && !plan.kinds.has(key)) {
      if (plan.kinds.size >= MAX_KINDS_PER_SHAPE) plan.kinds.clear();
      const candidates = kinds.candidatesOf(event);
      bound = candidates.isEmpty ? undefined : boundTo(plan.shape, candidates);
      plan.kinds.set(key, bound);
    }
    plan.last = { values, bound };
    return bound;
  };

  return {
    match(event) {
      const bound = boundOf(planOf(event.shape), event);
      if (bound === undefined) return NOTHING;
      text.moved(event, bound.columns);
      return bound.candidates.match(text, bound.lookups);
    },
  };
}

function boundTo(shape: Shape, candidates: Candidates): BoundCandidates {
  const columns = new ShapeColumns(shape, candidates.columns);
  return { candidates, columns, lookups: candidates.lookupsFor(columns) };
}

/** A list is never taken for the one before: a reader may fill the same array again. */
function isSame(event: WindowsEvent, slots: readonly number[], before: readonly SlotValue[]): boolean {
  for (let at = 0; at < slots.length; at++) {
    const value = event.value(slots[at] ?? -1);
    if (value !== before[at] || typeof value === "object") return false;
  }
  return true;
}

/** The rules for each kind of event, shared by all shapes, and by the kinds that have the same rules. */
class Kinds {
  readonly #rules: SourceIndex;
  readonly #kinds = new Map<string, Candidates>();
  readonly #byRules = new Map<string, Candidates>();
  readonly #seen = new LatelySeen<Trial>();
  #rulesOfKinds = 0;

  constructor(rules: readonly DetectionRule[]) {
    this.#rules = new SourceIndex(rules);
  }

  candidatesOf(event: WindowsEvent): Candidates {
    const values = DECIDING.map((name) => {
      const field = event.shape.field(name);
      return field === undefined ? [] : readAll(event, field);
    });
    const key = JSON.stringify(values);
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const candidates = this.#made(this.#rules.of(knownValues(values)));
    this.#kinds.set(key, candidates);
    return candidates;
  }

  #made(rules: readonly Candidate[]): Candidates {
    const key = rules.map(({ number }) => number).join();
    const known = this.#byRules.get(key);
    if (known !== undefined) return known;
    this.#rulesOfKinds += rules.length;
    if (this.#rulesOfKinds > MAX_RULES_OF_KINDS || this.#kinds.size >= MAX_KINDS) {
      this.#kinds.clear();
      this.#byRules.clear();
      this.#rulesOfKinds = rules.length;
    }
    const candidates = new Candidates(rules, this.#seen);
    this.#byRules.set(key, candidates);
    return candidates;
  }
}

function knownValues(values: readonly (readonly string[])[]): KnownValues {
  const known = new Map(DECIDING.map((name, at) => [name, (values[at] ?? []).map((raw) => new TextValue(raw))]));
  const byName: ReadonlyMap<string, readonly TextValue[]> = known;
  return (field) => byName.get(field.toLowerCase());
}
