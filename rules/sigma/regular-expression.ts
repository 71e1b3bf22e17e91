import { RE2JS } from "re2js";
import type { RegularExpression } from "./rule.ts";

export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

const NO_FLAGS: RegexFlags = { ignoreCase: false, multiline: false, dotAll: false };

/** Longer ones do not occur; the bound keeps a stranger's pattern from costing seconds to compile. */
const MAX_PATTERN = 4096;

/**
 * Compiles with RE2's engine and RE2's syntax: linear in the text whatever the pattern, and the same meaning as ClickHouse's `match`.
 * Without flags the match is case-sensitive and unanchored (specification, modifier `re`).
 *
 * @throws SyntaxError when RE2 does not know the pattern, with RE2's reason
 */
export function compileRegularExpression(source: string, flags: RegexFlags = NO_FLAGS): RegularExpression {
  if (source.length > MAX_PATTERN) throw new SyntaxError(`longer than ${MAX_PATTERN} characters`);
  const prefix = `${flags.ignoreCase ? "i" : ""}${flags.multiline ? "m" : ""}${flags.dotAll ? "s" : ""}`;
  const whole = prefix === "" ? source : `(?${prefix})${source}`;
  const compiled = compileRe2(whole);
  return Object.freeze({
    source: whole,
    groups: compiled.groupCount(),
    test: (text: string) => compiled.test(text),
    exec: (text: string) => {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return null;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
    },
  });
}

function compileRe2(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : String(error));
  }
}
