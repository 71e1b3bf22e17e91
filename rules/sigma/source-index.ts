import { numberOf } from "./compile-value.ts";
import type { Condition } from "./condition.ts";
import { eventSourceOf } from "./logsource.ts";
import { type NecessaryTests, necessaryTests } from "./necessary-test.ts";
import { decidingTests, outlineOf } from "./outline.ts";
import type { DetectionRule } from "./rule.ts";
import { type KnownValues, specialise } from "./specialise.ts";

/** A rule, and what is left to be tested of it on events of one kind: one object for all kinds that leave the same of it. */
export interface Candidate {
  readonly rule: DetectionRule;
  /** No two have the same. */
  readonly number: number;
  /** What is left; asked for when an event comes that it has to be tried on. */
  readonly condition: () => Condition | boolean;
  /** An event that fulfils it passes at least one of these; without them it has to be tried on all. */
  readonly tests: readonly NecessaryTests[] | undefined;
}

/** Of one rule; an event with many values in one field was made up, and costs time, not memory. */
const MAX_CANDIDATES = 64;

/** Rules by the channels and event ids that their logsource means. */
export class SourceIndex {
  /** Those of channels of which no event has come: their outlines, which may say the event ids, have not been looked at. */
  readonly #waiting = new Map<string | undefined, Placed[]>();
  readonly #byKey = new Map<string, Placed[]>();
  #candidates = 0;

  constructor(rules: readonly DetectionRule[]) {
    for (const [order, rule] of rules.entries()) {
      const source = eventSourceOf(rule.logsource);
      if (typeof source === "string") continue;
      const placed = { order, rule, eventIds: source.eventIds, deciding: undefined, candidates: undefined };
      for (const channel of source.channels ?? [undefined]) add(this.#waiting, channel, placed);
    }
  }

  /** The rules that events with these values have to be tried with, in the order they were given. */
  of(known: KnownValues): readonly Candidate[] {
    const channels = [undefined, ...(known("channel") ?? []).map(({ lower }) => lower)];
    for (const channel of channels) this.#index(channel);
    const eventIds = [undefined, ...(known("eventid") ?? []).map(({ raw }) => numberOf(raw))];
    const placed = channels.flatMap((channel) =>
      eventIds.flatMap((eventId) => this.#byKey.get(keyOf(channel, eventId)) ?? []),
    );
    return [...new Set(placed)]
      .sort((a, b) => a.order - b.order)
      .map((one) => this.#candidate(one, known))
      .filter((one) => one !== undefined);
  }

  #index(channel: string | undefined): void {
    for (const placed of this.#waiting.get(channel) ?? [])
      for (const eventId of placed.eventIds ?? outlineOf(placed.rule).eventIds ?? [undefined])
        add(this.#byKey, keyOf(channel, eventId), placed);
    this.#waiting.delete(channel);
  }

  /** Undefined when no event with these values fulfils it. */
  #candidate(placed: Placed, known: KnownValues): Candidate | undefined {
    const { rule, eventIds } = placed;
    const outline = outlineOf(rule);
    // By the logsource's event ids it was found, and its own may be others.
    const isPlain = outline.isPlain && (eventIds === undefined || outline.eventIds === undefined);
    if (!isPlain) placed.deciding ??= decidingTests(rule.condition);
    placed.candidates ??= new Map();
    const { deciding = [], candidates } = placed;
    const key = deciding.map((test) => whatIsLeft(test, known)).join();
    if (candidates.has(key)) return candidates.get(key);
    const left = isPlain ? undefined : specialise(rule.condition, known);
    const candidate =
      left === false
        ? undefined
        : {
            rule,
            number: ++this.#candidates,
            condition: () => left ?? specialise(rule.condition, known),
            tests: left === undefined ? outline.tests : left === true ? undefined : necessaryTests(left),
          };
    if (candidates.size >= MAX_CANDIDATES) candidates.clear();
    candidates.set(key, candidate);
    return candidate;
  }
}

function whatIsLeft(test: Condition, known: KnownValues): boolean | "open" {
  const left = specialise(test, known);
  return typeof left === "boolean" ? left : "open";
}

function add<K>(map: Map<K, Placed[]>, key: K, placed: Placed): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [placed]);
  else there.push(placed);
}

interface Placed {
  readonly order: number;
  readonly rule: DetectionRule;
  /** Of its logsource. */
  readonly eventIds: readonly number[] | undefined;
  /** What of the condition the kind of an event decides; where it is the same for two kinds, the same is left of the condition. */
  deciding: readonly Condition[] | undefined;
  candidates: Map<string, Candidate | undefined> | undefined;
}

function keyOf(channel: string | undefined, eventId: number | undefined): string {
  return `${channel ?? ""}\n${eventId ?? ""}`;
}
