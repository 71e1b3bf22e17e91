import type { Candidate } from "./candidates.ts";
import { numberOf } from "./compile-value.ts";
import type { Condition } from "./condition.ts";
import { eventSourceOf } from "./logsource.ts";
import type { DetectionRule } from "./rule.ts";
import { type KnownValues, specialise } from "./specialise.ts";

/** Rules by the channels and event ids that their logsource means. */
export class SourceIndex {
  /** Those of channels of which no event has come: their conditions, which may say the event ids, have not been looked at. */
  readonly #waiting = new Map<string | undefined, Placed[]>();
  readonly #byKey = new Map<string, Placed[]>();

  constructor(rules: readonly DetectionRule[]) {
    for (const [order, rule] of rules.entries()) {
      const source = eventSourceOf(rule.logsource);
      if (typeof source === "string") continue;
      const placed = { order, rule, eventIds: source.eventIds };
      for (const channel of source.channels ?? [undefined]) add(this.#waiting, channel, placed);
    }
  }

  /** The rules that events with these values have to be tried with, in the order they were given, and what is left of each. */
  of(known: KnownValues): readonly Candidate[] {
    const channels = [undefined, ...(known("channel") ?? []).map(({ lower }) => lower)];
    for (const channel of channels) this.#index(channel);
    const eventIds = [undefined, ...(known("eventid") ?? []).map(({ raw }) => numberOf(raw))];
    const placed = channels.flatMap((channel) =>
      eventIds.flatMap((eventId) => this.#byKey.get(keyOf(channel, eventId)) ?? []),
    );
    return [...new Set(placed)]
      .sort((a, b) => a.order - b.order)
      .flatMap(({ rule }): Candidate | [] => {
        const condition = specialise(rule.condition, known);
        return condition === false ? [] : { rule, condition };
      });
  }

  #index(channel: string | undefined): void {
    for (const placed of this.#waiting.get(channel) ?? [])
      for (const eventId of placed.eventIds ?? eventIdsOf(placed.rule.condition) ?? [undefined])
        add(this.#byKey, keyOf(channel, eventId), placed);
    this.#waiting.delete(channel);
  }
}

function add<K>(map: Map<K, Placed[]>, key: K, placed: Placed): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [placed]);
  else there.push(placed);
}

/** The event ids without which a condition cannot hold, where it says so at first sight. */
function eventIdsOf(condition: Condition): readonly number[] | undefined {
  if (condition.kind === "and") return condition.terms.map(eventIdsOf).find((eventIds) => eventIds !== undefined);
  if (condition.kind !== "field" || condition.field.toLowerCase() !== "eventid") return undefined;
  const eventIds = condition.tests.flatMap((test) =>
    test.kind === "number" && test.compare === "eq" ? [test.than] : [],
  );
  return eventIds.length === condition.tests.length ? eventIds : undefined;
}

interface Placed {
  readonly order: number;
  readonly rule: DetectionRule;
  /** Of its logsource. */
  readonly eventIds: readonly number[] | undefined;
}

function keyOf(channel: string | undefined, eventId: number | undefined): string {
  return `${channel ?? ""}\n${eventId ?? ""}`;
}
