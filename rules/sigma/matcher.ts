import { readAll, type WindowsEvent } from "../../model/event.ts";
import type { Shape } from "../../model/shape.ts";
import { type Candidate, Candidates } from "./candidates.ts";
import { and, type Condition, fieldTest } from "./condition.ts";
import { Columns, EventText, TextValue } from "./event-text.ts";
import { eventSourceOf } from "./logsource.ts";
import type { DetectionRule } from "./rule.ts";
import { type KnownValues, specialise } from "./specialise.ts";

/** Finds the rules that match an event. It keeps nothing of an event, only what it worked out about shapes. */
export interface Matcher {
  match(event: WindowsEvent): readonly DetectionRule[];
}

/** What most rules are decided by, once for all events that have the same values here. */
const DECIDING = ["channel", "provider_name", "eventid"] as const;

/** Bounds on what is remembered; a log that passes them was made to, and costs time, not memory. */
const MAX_SHAPES = 4096;
const MAX_KINDS_PER_SHAPE = 1024;

/** What is known of one shape. */
interface ShapePlan {
  readonly columns: Columns;
  /** The slots of the deciding fields. */
  readonly deciding: readonly number[];
  /** Values in the deciding slots → the rules that such events have to be tried with. */
  readonly kinds: Map<string, Candidates>;
  /** The kind of the event before: a shape seldom has more than one. */
  last: { readonly values: readonly SlotValue[]; readonly candidates: Candidates } | undefined;
}

type SlotValue = ReturnType<WindowsEvent["value"]>;

const NOTHING: readonly never[] = Object.freeze([]);

/** Rules whose logsource is not read here never match (`eventSourceOf` says why). */
export function createMatcher(rules: readonly DetectionRule[]): Matcher {
  const byChannel = new ChannelIndex(rules);
  let plans = new WeakMap<Shape, ShapePlan>();
  let shapes = 0;

  const planOf = (shape: Shape): ShapePlan => {
    const known = plans.get(shape);
    if (known !== undefined) return known;
    if (++shapes > MAX_SHAPES) {
      plans = new WeakMap();
      shapes = 1;
    }
    const deciding = DECIDING.flatMap((name) => shape.field(name)?.slots ?? []);
    const plan: ShapePlan = { columns: new Columns(shape), deciding, kinds: new Map(), last: undefined };
    plans.set(shape, plan);
    return plan;
  };

  const candidatesOf = (plan: ShapePlan, event: WindowsEvent): Candidates => {
    const { last } = plan;
    if (last !== undefined && plan.deciding.every((slot, at) => isSame(event.value(slot), last.values[at])))
      return last.candidates;
    const values = plan.deciding.map((slot) => event.value(slot));
    const kind = JSON.stringify(values.map((value) => value ?? null));
    let candidates = plan.kinds.get(kind);
    if (candidates === undefined) {
      if (plan.kinds.size >= MAX_KINDS_PER_SHAPE) plan.kinds.clear();
      candidates = findCandidates(byChannel, plan.columns, event);
      plan.kinds.set(kind, candidates);
    }
    plan.last = { values, candidates };
    return candidates;
  };

  return {
    match(event) {
      const plan = planOf(event.shape);
      const candidates = candidatesOf(plan, event);
      return candidates.isEmpty ? NOTHING : candidates.match(new EventText(event, plan.columns));
    },
  };
}

/** A list is never taken for the one before: a reader may fill the same array again. */
function isSame(value: SlotValue, before: SlotValue): boolean {
  return value === before && typeof value !== "object";
}

function findCandidates(rules: ChannelIndex, columns: Columns, event: WindowsEvent): Candidates {
  const known = knownValues(event);
  const candidates = rules.of(known("channel") ?? []).flatMap(({ rule, condition }): Candidate | [] => {
    const left = specialise(condition, known);
    return left === false ? [] : { rule, condition: left };
  });
  return new Candidates(candidates, columns);
}

/** The deciding fields by their values, and every field that the shape has not as empty. */
function knownValues(event: WindowsEvent): KnownValues {
  const values = new Map<string, readonly TextValue[]>();
  for (const name of DECIDING) {
    const field = event.shape.field(name);
    if (field !== undefined)
      values.set(
        name,
        readAll(event, field).map((raw) => new TextValue(raw)),
      );
  }
  return (field) => values.get(field.toLowerCase()) ?? (event.shape.field(field) === undefined ? [] : undefined);
}

interface SourcedRule {
  readonly rule: DetectionRule;
  readonly condition: Condition;
}

/** Rules by the channel of their logsource, each with its logsource's event ids made part of its condition. */
class ChannelIndex {
  readonly #byChannel = new Map<string, SourcedRule[]>();
  readonly #anywhere: SourcedRule[] = [];

  constructor(rules: readonly DetectionRule[]) {
    for (const rule of rules) {
      const source = eventSourceOf(rule.logsource);
      if (typeof source === "string") continue;
      const sourced = { rule, condition: withEventIds(rule.condition, source.eventIds) };
      if (source.channels === undefined) this.#anywhere.push(sourced);
      for (const channel of source.channels ?? []) {
        const there = this.#byChannel.get(channel);
        if (there === undefined) this.#byChannel.set(channel, [sourced]);
        else there.push(sourced);
      }
    }
  }

  of(channels: readonly TextValue[]): readonly SourcedRule[] {
    const found = channels.flatMap(({ lower }) => this.#byChannel.get(lower) ?? []);
    return [...new Set([...this.#anywhere, ...found])];
  }
}

function withEventIds(condition: Condition, eventIds: readonly number[] | undefined): Condition {
  if (eventIds === undefined) return condition;
  return and([
    fieldTest(
      "EventID",
      eventIds.map((than) => ({ kind: "number", compare: "eq", than })),
    ),
    condition,
  ]);
}
