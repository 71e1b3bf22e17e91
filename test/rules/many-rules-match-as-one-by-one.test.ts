import fc from "fast-check";
import { expect, test } from "vitest";
import { CODE, type WindowsEvent } from "../../model/event.ts";
import { whyNever } from "../../rules/can-match.ts";
import { eventFromFields } from "../../rules/sample-event.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import type { DetectionRule } from "../../rules/sigma/rule.ts";
import { detectionRule, ruleText } from "./one-rule.ts";
import { holds } from "./plain-evaluator.ts";

const pieces = [
  "\\cmd.exe",
  "powershell",
  "-enc ",
  "c:\\windows\\",
  "x",
  "`",
  "😀",
  "ß",
  "İ",
  "7",
  "0x1f",
  "31",
  "Kiwi",
  "~1\\",
  ".",
  "",
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((list) => list.join(""));
const field = fc.constantFrom("Image", "CommandLine", "A");
const escaped = (value: string) => value.replace(/\\/g, "\\\\").replace(/[*?]/g, "\\$&");
const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;

const plain = fc
  .tuple(
    field,
    fc.constantFrom("", "|contains", "|startswith", "|endswith", "|contains|all", "|contains|cased", "|cased"),
    fc.array(
      fc.oneof(
        text.map(escaped),
        fc.constantFrom("*exe", "c:\\\\*x", "?owershell", "*-enc*\\cmd.exe", "*x?kiwi*", "*?-enc ?x*"),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([name, modifiers, values]) => `${name}${modifiers}: [${values.map(quoted).join(", ")}]`);
const regex = fc
  .tuple(
    field,
    fc.constantFrom(
      "power.?shell",
      "(?i)KIWI",
      "(?:cmd|shell)x",
      "enc\\s{1,3}7?",
      "(x`)*\\.",
      "[a-z]{3,}\\.exe",
      "x+~",
      "(?i)kiwis?",
      "(cmd)?x",
      "zz|powershell",
      "\\.exe$",
      "(?:-enc |x){2}",
      "p(ow|xx)ershell",
      "(?i)POWER(shell|X)\\.?",
      "x.*powershell.*~1",
      "😀?x",
      "x😀{2}",
      "[a-z]{5,}\\\\",
      "(?:cmd|\\.){3}",
      "(?:x`){2}7?$",
      "\\\\cmd(?:\\.exe)?.exe",
      ".{12,}",
    ),
  )
  .map(([name, value]) => `${name}|re: ${quoted(value)}`);
const other = fc.constantFrom("Image: null", "A|exists: true", "Image|fieldref: A", "A: 31", "CommandLine: 7");
const search = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.oneof(plain, regex, other), { minLength: 1, maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(text.filter((word) => word !== "").map((word) => `'|contains': ${quoted(escaped(word))}`)),
  },
);
const condition = fc.constantFrom(
  "s and t",
  "s or t",
  "s and not t",
  "not s and t",
  "s",
  "not s",
  "(s or t) and not (s and t)",
);

const rule = fc.tuple(search, search, condition).map(([s, t, joined]) => {
  const items = (lines: readonly string[]) => [...new Map(lines.map((line) => [line.split(": ")[0], line])).values()];
  return `s:\n  ${items(s).join("\n  ")}\nt:\n  ${items(t).join("\n  ")}\ncondition: ${joined}`;
});
const value = fc.oneof(
  text,
  text.map((one) => one.replace(".", "\n")),
);
const event = fc.record(
  { Image: fc.oneof(value, fc.array(value, { maxLength: 2 })), CommandLine: value, A: value },
  { requiredKeys: [] },
);

/** Says of its values which are codes, as a reader does that knows their types. */
function withCodes(event: WindowsEvent): WindowsEvent {
  const value = (slot: number) => event.value(slot);
  const isCode = (slot: number) =>
    [value(slot) ?? ""].every((text) => typeof text === "string" && CODE.test(text.toLowerCase()));
  return { shape: event.shape, time: event.time, value, isCode };
}

test("all rules together find what each by itself is, evaluated plainly; none of them is said to match never", () => {
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 8 }),
      fc.array(event, { minLength: 1, maxLength: 6 }),
      (texts, events) => {
        const rules = texts.map(
          (one, at): DetectionRule => detectionRule(ruleText(one).replace("id: t", `id: t${at}`)),
        );
        const matcher = createMatcher(rules);
        for (const fields of events) {
          const one = withCodes(eventFromFields(fields));
          const expected = rules.filter(({ condition: whole }) => holds(whole, one));
          expect(expected.map(whyNever).filter((why) => why !== undefined)).toEqual([]);
          expect(matcher.match(one).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        }
      },
    ),
    { numRuns: 300 },
  );
});
