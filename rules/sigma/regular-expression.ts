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
 * Reads an expression of RE2's syntax. Without flags the match is case-sensitive and unanchored (specification, modifier `re`).
 *
 * @throws SyntaxError when RE2 does not know the pattern, with RE2's reason
 */
export function parseRegularExpression(source: string, flags: RegexFlags = NO_FLAGS): RegularExpression {
  if (source.length > MAX_PATTERN) throw new SyntaxError(`longer than ${MAX_PATTERN} characters`);
  const prefix = `${flags.ignoreCase ? "i" : ""}${flags.multiline ? "m" : ""}${flags.dotAll ? "s" : ""}`;
  const whole = prefix === "" ? source : `(?${prefix})${source}`;
  const program = compileRe2(whole);
  const expression = Object.freeze({ source: whole, groups: program.groupCount() });
  programs.set(expression, program);
  return expression;
}

/** Whether some part of the text matches. */
export function testExpression(expression: RegularExpression, text: string): boolean {
  return programOf(expression).test(text);
}

/** The groups of the first match (0 is all of it), or null. */
export function groupsIn(expression: RegularExpression, text: string): readonly (string | undefined)[] | null {
  const matcher = programOf(expression).matcher(text);
  if (!matcher.find()) return null;
  return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
}

/** By RE2's engine: linear in the text whatever the pattern, and the same meaning as ClickHouse's `match`. */
const programs = new WeakMap<RegularExpression, RE2JS>();

function programOf(expression: RegularExpression): RE2JS {
  let program = programs.get(expression);
  if (program === undefined) {
    program = compileRe2(expression.source);
    programs.set(expression, program);
  }
  return program;
}

function compileRe2(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : String(error));
  }
}
