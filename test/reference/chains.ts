import type { PlainCorrelation } from "./correlation.ts";
import { isEventBefore } from "./hits.ts";
import { wantedNames } from "./names.ts";
import type { Item, World } from "./world.ts";

type Steps = readonly (readonly Item[])[];
type Follows = (from: Item, to: Item) => boolean;

/** Those items that are part of some chain: one of each rule in order, none before the one ahead of it. pySigma has those of the earliest. */
export function inChains(rule: PlainCorrelation, items: readonly Item[], { theirs }: World): readonly Item[] {
  const isEarlier = theirs.has("equal times are in order either way, or by record number")
    ? (from: Item, to: Item) => from.time < to.time
    : (from: Item, to: Item) => !isBefore(to, from);
  const steps = wantedNames(rule).map((name) => items.filter((item) => item.rule === name));
  const forward = reachable(steps, isEarlier);
  const both = reachable(forward.toReversed(), (from, to) => isEarlier(to, from));
  if (both.length < steps.length || !both.every((step) => step.length > 0)) return [];
  return (theirs.has("all chains are evidence") ? earliest(steps, isEarlier) : both).flat();
}

/** Of each step what comes first after what was taken of the step before. */
function earliest(steps: Steps, follows: Follows): Steps {
  return reachable(steps, follows, (after) => after.filter(({ time }) => !after.some((other) => other.time < time)));
}

/** Of each step, what can be come to from some item of the step before, of which `take` says what counts. */
function reachable(steps: Steps, follows: Follows, take = (after: readonly Item[]) => after): Steps {
  let before: readonly Item[] | undefined;
  return steps.map((step) => {
    const last = before;
    before = take(last === undefined ? step : step.filter((to) => last.some((from) => follows(from, to))));
    return before;
  });
}

/** The incident of an inner correlation has no place in the order of a log. */
function isBefore(a: Item, b: Item): boolean {
  return a.event === undefined || b.event === undefined ? a.time < b.time : isEventBefore(a.event, b.event);
}
