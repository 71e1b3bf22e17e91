import fc from "fast-check";
import type { CaseEvent } from "../reference/correlation.ts";

/** What happens to an engine: an event comes, it is asked what has changed, it is started again, or all logs are said to go on to where they have been seen. */
export type Delivered = CaseEvent | "conclude" | "restart" | "seen";

/** Random ways in which the same events can come: in any order, some of them twice, with anything in between. */
export function deliveries(
  events: readonly CaseEvent[],
  count: number,
  seed: number,
): readonly (readonly Delivered[])[] {
  const marks = fc.array(fc.constantFrom<Delivered>("conclude", "conclude", "restart", "seen"), { maxLength: 5 });
  const arbitrary = fc.tuple(fc.subarray([...events]), marks).chain(([twice, marks]) => {
    const all = [...events, ...twice, ...marks];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
  return fc.sample(arbitrary, { numRuns: count, seed });
}
