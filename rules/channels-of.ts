import type { Condition } from "./sigma/condition.ts";
import { eventSourceOf } from "./sigma/logsource.ts";
import type { DetectionRule } from "./sigma/rule.ts";
import { literalOf } from "./sigma/text-pattern.ts";
import { twinOf } from "./sigma/twins.ts";

/** The channels, in lower case, in which what a rule matches can stand; undefined where nothing says so. */
export function channelsOf(rule: DetectionRule): readonly string[] | undefined {
  const source = eventSourceOf(rule.logsource);
  const own = typeof source === "string" ? [] : (source.channels ?? namedIn(rule.condition));
  const twin = twinOf(rule);
  const others = twin === undefined ? [] : channelsOf(twin);
  return own === undefined || others === undefined ? undefined : [...new Set([...own, ...others])];
}

/** The values of `Channel` without which the condition cannot hold, where it says so at first sight. */
function namedIn(condition: Condition): readonly string[] | undefined {
  if (condition.kind === "and") return condition.terms.map(namedIn).find((channels) => channels !== undefined);
  if (condition.kind !== "field" || condition.field.toLowerCase() !== "channel") return undefined;
  const channels = condition.tests.flatMap((test) => {
    const literal = test.kind === "text" ? literalOf(test.pattern) : undefined;
    return literal === undefined ? [] : [literal.toLowerCase()];
  });
  return channels.length === condition.tests.length ? channels : undefined;
}
