import { type Condition, testsIn } from "./condition.ts";
import { TextValue } from "./event-text.ts";
import { type NecessaryTests, necessaryTests } from "./necessary-test.ts";
import type { DetectionRule } from "./rule.ts";
import { specialise } from "./specialise.ts";

/** What most rules are decided by, once for all events that have the same values here. */
export const DECIDING = ["channel", "provider_name", "eventid"] as const;
const DECIDES: ReadonlySet<string> = new Set(DECIDING);

/** What must be known of a rule before an event comes that it has to be tried on; short and plain, so that it can be kept where the condition is not read. */
export interface Outline {
  /** The event ids without which the condition cannot hold, where it says so at first sight. */
  readonly eventIds?: readonly number[] | undefined;
  /** Whether that is all it says of what events of one kind have in common. Then what is left of it is the same for all kinds with such an id. */
  readonly isPlain: boolean;
  /** Of a plain one: tests of which an event that fulfils what is left passes at least one; none when it has to be tried on all. */
  readonly tests?: readonly NecessaryTests[] | undefined;
}

const outlines = new WeakMap<DetectionRule, () => Outline>();

export function outlineOf(rule: DetectionRule): Outline {
  const known = outlines.get(rule);
  if (known !== undefined) return known();
  const outline = outlined(rule.condition);
  keepOutline(rule, () => outline);
  return outline;
}

/** Spares reading the rule's condition: `read` gives what `outlineOf` has said of the same rule. */
export function keepOutline(rule: DetectionRule, read: () => Outline): void {
  outlines.set(rule, read);
}

function outlined(condition: Condition): Outline {
  const eventIds = eventIdsOf(condition);
  const deciding = decidingTests(condition).length;
  if (deciding !== (eventIds === undefined ? 0 : 1)) return { eventIds, isPlain: false };
  const values = eventIds?.slice(0, 1).map((eventId) => new TextValue(String(eventId)));
  const left = specialise(condition, (field) => (field.toLowerCase() === "eventid" ? values : undefined));
  return { eventIds, isPlain: true, tests: typeof left === "boolean" ? undefined : necessaryTests(left) };
}

function isDeciding(test: ReturnType<typeof testsIn>[number]): boolean {
  if (test.kind === "keyword") return false;
  return DECIDES.has(test.field.toLowerCase()) || (test.kind === "fieldref" && DECIDES.has(test.other.toLowerCase()));
}

/** The tests of what events of one kind have in common. */
export function decidingTests(condition: Condition): readonly Condition[] {
  return testsIn(condition).filter(isDeciding);
}

function eventIdsOf(condition: Condition): readonly number[] | undefined {
  if (condition.kind === "and") return condition.terms.map(eventIdsOf).find((eventIds) => eventIds !== undefined);
  if (condition.kind !== "field" || condition.field.toLowerCase() !== "eventid") return undefined;
  const eventIds = condition.tests.flatMap((test) =>
    test.kind === "number" && test.compare === "eq" ? [test.than] : [],
  );
  return eventIds.length === condition.tests.length ? eventIds : undefined;
}
