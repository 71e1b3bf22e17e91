import type { Ticks } from "../../model/ticks.ts";
import { namesIn, parseBooleanCondition } from "./boolean-condition.ts";
import type { CaseEvent, PlainCorrelation } from "./correlation.ts";
import type { Decision } from "./decisions.ts";
import { isBelow, namesUsed } from "./names.ts";
import type { Item, Log, Window, World } from "./world.ts";

const AHEAD: Decision = "an upper bound looks ahead";
const WAITS: Decision = "absence waits for a watermark behind the window's end";

/** Whether nothing that comes later can undo it. */
export function isFinal({ condition = {} }: PlainCorrelation, { theirs }: World): boolean {
  if (typeof condition === "string") return namesIn(parseBooleanCondition(condition)).every(({ negated }) => !negated);
  return theirs.has(AHEAD) || ["lt", "lte", "eq", "neq"].every((operator) => !(operator in condition));
}

/** Whether it has a bound below and one above. */
export function isRange({ condition = {} }: PlainCorrelation, { theirs }: World): boolean {
  const has = (...operators: readonly string[]) =>
    typeof condition === "object" && operators.some((operator) => operator in condition);
  return !theirs.has(AHEAD) && has("gt", "gte", "eq") && has("lt", "lte", "eq");
}

/** A bound above alone, or a `not`, looks ahead. */
export function isAhead(rule: PlainCorrelation, world: World): boolean {
  return !isFinal(rule, world) && !isRange(rule, world);
}

/** The rule with its bounds above alone. */
export function upperBound(rule: PlainCorrelation): PlainCorrelation {
  if (typeof rule.condition !== "object") return rule;
  const { lt, lte, eq } = rule.condition;
  const bounds = { ...(lt === undefined ? {} : { lt }), ...(lte === undefined ? {} : { lte }) };
  return { ...rule, condition: eq === undefined ? bounds : { ...bounds, lte: eq } };
}

/**
 * Nothing more is to be expected that could undo that the condition held: of the logs that its events stand in, and of others of their computers that may
 * hold more. pySigma is told one moment up to which all logs were seen, and a window may end with it.
 */
export function isOver(rule: PlainCorrelation, { end }: Window, items: readonly Item[], world: World): boolean {
  if (world.theirs.has(WAITS)) return world.logs.every(({ seenUntil }) => seenUntil >= end);
  const events = items.flatMap(({ hits }) => hits.map(({ event }) => event));
  const computers = new Set(events.map(({ computer }) => computer.toLowerCase()));
  const undoing =
    typeof rule.condition === "string"
      ? namesIn(parseBooleanCondition(rule.condition)).flatMap(({ name, negated }) => (negated ? [name] : []))
      : rule.rules;
  const leaves = [...world.channels.keys()].filter((leaf) =>
    undoing.some((name) => name === leaf || isUnder(name, leaf, world)),
  );
  const mayHold = ({ channel }: Log) => leaves.some((leaf) => (world.channels.get(leaf) ?? channel) === channel);
  return world.logs
    .filter((log) => computers.has(log.computer) && (mayHold(log) || events.some((event) => isOf(event, log))))
    .every(({ seenUntil }) => seenUntil > end + settling(rule, world));
}

function isOf(event: CaseEvent, { computer, channel }: Log): boolean {
  return event.computer.toLowerCase() === computer && event.channel === channel;
}

function isUnder(name: string, leaf: string, { rules }: World): boolean {
  const rule = rules.get(name);
  return rule !== undefined && isBelow(rule, leaf, rules);
}

/** How long after a window its overlapping ones end, and those of the inner correlations that may lie in it. */
function settling(rule: PlainCorrelation, world: World): Ticks {
  const inner = namesUsed(rule).flatMap((name) => world.rules.get(name) ?? []);
  const below = inner.map((one) => settling(one, world)).reduce((longest, one) => (one > longest ? one : longest), 0n);
  return isRange(rule, world) ? below + rule.timespan : below;
}
