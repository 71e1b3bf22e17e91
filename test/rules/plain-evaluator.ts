import { readAll, type WindowsEvent } from "../../model/event.ts";
import { type Condition, visitCondition } from "../../rules/sigma/condition.ts";
import type { TextPattern } from "../../rules/sigma/text-pattern.ts";
import type { ValueTest } from "../../rules/sigma/value-test.ts";

/** Whether a condition holds, worked out as its definition says and in no other way: slow, and right at a glance. */
export function holds(condition: Condition, event: WindowsEvent): boolean {
  const values = (name: string): readonly string[] => {
    const field = event.shape.field(name);
    return field === undefined ? [] : readAll(event, field);
  };
  const all = () => event.shape.fields.flatMap((_, slot) => event.value(slot) ?? []);
  return visitCondition<boolean>(condition, {
    and: ({ terms }) => terms.every((term) => holds(term, event)),
    or: ({ terms }) => terms.some((term) => holds(term, event)),
    not: ({ term }) => !holds(term, event),
    field: ({ field, tests }) => values(field).some((value) => tests.some((test) => passes(test, value))),
    keyword: ({ tests }) => all().some((value) => tests.some((test) => passes(test, value))),
    exists: ({ field }) => values(field).length > 0,
    absent: ({ field }) => values(field).length === 0,
    fieldref: ({ field, other }) =>
      values(field).some((one) => values(other).some((two) => one.toLowerCase() === two.toLowerCase())),
  });
}

function passes(test: ValueTest, value: string): boolean {
  if (test.kind === "text") {
    const [text, pattern] = test.cased ? [value, test.pattern] : [value.toLowerCase(), lower(test.pattern)];
    return new RegExp(`^${pattern.map(partSource).join("")}$`, "su").test(text);
  }
  if (test.kind === "regex") {
    const insensitive = test.expression.source.startsWith("(?i)");
    return new RegExp(test.expression.source.replace("(?i)", ""), insensitive ? "iu" : "u").test(value);
  }
  if (test.kind === "number" && test.compare === "eq")
    return /^(0x)?[0-9a-f]+$/.test(value) && Number(value) === test.than;
  throw new Error(`no plain way to test ${test.kind}`);
}

function lower(pattern: TextPattern): TextPattern {
  return pattern.map((part) => (part.kind === "literal" ? { ...part, text: part.text.toLowerCase() } : part));
}

function partSource(part: TextPattern[number]): string {
  if (part.kind === "any") return ".*";
  return part.kind === "one" ? "." : part.text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
