import {
  absent,
  and,
  type Condition,
  type ConditionVisitor,
  exists,
  fieldReference,
  fieldTest,
  not,
  or,
  visitCondition,
} from "./condition.ts";
import type { Capture, DetectionRule, Logsource } from "./rule.ts";
import { literalOf, literalPattern, type TextPattern } from "./text-pattern.ts";
import type { ValueTest } from "./value-test.ts";

/** An event of Windows' own that tells what an event of Sysmon's tells, in other words. */
interface Twin {
  readonly service: string;
  readonly eventId: number;
  /** Sysmon's field in lower case → the twin's. */
  readonly fields: Readonly<Record<string, TwinField>>;
}

interface TwinField {
  readonly field: string;
  /** The test as the twin writes the value; undefined where it cannot be said. */
  readonly test: (test: ValueTest) => ValueTest | undefined;
}

const same = (field: string): TwinField => ({ field, test: (test) => test });
/** An id, decimal in Sysmon and hexadecimal there: as a number it is the same in both, quoted in the rule or not. */
function numbered(field: string): TwinField {
  return {
    field,
    test: (test) => {
      const text = test.kind === "text" ? literalOf(test.pattern) : undefined;
      if (text === undefined || !/^\d{1,15}$/.test(text)) return test;
      return { kind: "number", compare: "eq", than: Number(text) };
    },
  };
}

const COMPUTER = { computer: same("Computer"), computername: same("Computer") };

/** Sysmon's words, in lower case, → the twin's; what the twin itself would write is left as it is. */
function words(field: string, table: Readonly<Record<string, string>>): TwinField {
  const own = new Set(Object.values(table).map((word) => word.toLowerCase()));
  return {
    field,
    test: (test) => {
      const text = test.kind === "text" ? literalOf(test.pattern)?.toLowerCase() : undefined;
      if (text === undefined || own.has(text)) return text === undefined ? undefined : test;
      const word = Object.hasOwn(table, text) ? table[text] : undefined;
      return word === undefined ? undefined : { kind: "text", pattern: literalPattern(word), cased: false };
    },
  };
}

/** `C:\Windows\x.exe` is `\device\harddiskvolume3\windows\x.exe` there, of a volume whose number is not known. */
function devicePath(field: string): TwinField {
  return {
    field,
    test: (test) => {
      if (test.kind !== "text") return undefined;
      const [first, ...more] = test.pattern;
      if (first?.kind !== "literal" || !/^[a-z]:\\/i.test(first.text)) return test;
      const pattern: TextPattern = [
        { kind: "literal", text: "\\device\\harddiskvolume" },
        { kind: "any" },
        { kind: "literal", text: first.text.slice(2) },
        ...more,
      ];
      return { ...test, pattern, cased: false };
    },
  };
}

/**
 * Sigma's category → its twins, with the fields that mean the same in both. `User` is not among them (one text with the domain in Sysmon, two
 * fields in Security), nor is Security 4657 for the registry (another form of keys and of values).
 */
const TWINS: Readonly<Record<string, Twin>> = {
  process_creation: {
    service: "security",
    eventId: 4688,
    fields: {
      ...COMPUTER,
      image: same("NewProcessName"),
      commandline: same("CommandLine"),
      parentimage: same("ParentProcessName"),
      processid: numbered("NewProcessId"),
      parentprocessid: numbered("ProcessId"),
      logonid: numbered("SubjectLogonId"),
      integritylevel: words("MandatoryLabel", {
        low: "S-1-16-4096",
        medium: "S-1-16-8192",
        high: "S-1-16-12288",
        system: "S-1-16-16384",
      }),
    },
  },
  process_termination: {
    service: "security",
    eventId: 4689,
    fields: { ...COMPUTER, image: same("ProcessName"), processid: numbered("ProcessId") },
  },
  file_access: {
    service: "security",
    eventId: 4663,
    fields: {
      ...COMPUTER,
      image: same("ProcessName"),
      filename: same("ObjectName"),
      processid: numbered("ProcessId"),
    },
  },
  network_connection: {
    service: "security",
    eventId: 5156,
    fields: {
      ...COMPUTER,
      image: devicePath("Application"),
      processid: numbered("ProcessID"),
      sourceip: same("SourceAddress"),
      sourceport: same("SourcePort"),
      destinationip: same("DestAddress"),
      destinationport: same("DestPort"),
      initiated: words("Direction", { true: "%%14593", false: "%%14592" }),
      protocol: words("Protocol", { tcp: "6", udp: "17" }),
    },
  },
};

/**
 * The same rule for the event of Windows' own that is the twin of its category's, with the fields translated; none when there is no twin, or
 * when the rule cannot match there. What the twin does not say counts against the match: a filter on such a field is taken to hold.
 */
export function twinOf(rule: DetectionRule): DetectionRule | undefined {
  const { product, category, service } = rule.logsource;
  if (product !== "windows" || category === undefined || service !== undefined) return undefined;
  const twin = Object.hasOwn(TWINS, category) ? TWINS[category] : undefined;
  const condition = twin === undefined ? false : translate(rule.condition, twin);
  if (twin === undefined || condition === false) return undefined;
  const isTwin = fieldTest("EventID", [{ kind: "number", compare: "eq", than: twin.eventId }]);
  return Object.freeze({
    ...rule,
    logsource: { product, category: undefined, service: twin.service },
    condition: condition === true ? isTwin : and([isTwin, condition]),
    capture: rule.capture.map((capture) => translatedCapture(capture, twin)),
  });
}

export function hasTwin(category: string | undefined): boolean {
  return category !== undefined && Object.hasOwn(TWINS, category);
}

/** What the twin of a rule's events calls a field of theirs; undefined where it does not say such a thing. */
export function twinField({ category }: Logsource, field: string): string | undefined {
  const { fields } = (category !== undefined && Object.hasOwn(TWINS, category) ? TWINS[category] : undefined) ?? {};
  return fields === undefined ? undefined : namedIn(fields, field)?.field;
}

/** By Sysmon's name; a name that the twin alone has means what it does there. */
function namedIn(fields: Twin["fields"], field: string): TwinField | undefined {
  const name = field.toLowerCase();
  if (Object.hasOwn(fields, name)) return fields[name];
  const own = Object.values(fields).find((one) => one.field.toLowerCase() === name);
  return own === undefined ? undefined : same(own.field);
}

/** Under the name that Sysmon's field has, so that what correlates need not know which of the two it was. */
function translatedCapture(capture: Capture, twin: Twin): Capture {
  if (capture.kind !== "field") return capture;
  return { ...capture, field: twin.fields[capture.field.toLowerCase()]?.field ?? capture.field };
}

/** What must be known of a twin's event for the condition to hold, whatever it does not say. */
function translate(condition: Condition, { fields }: Twin): Condition | boolean {
  const done = { true: new Map<Condition, Condition | boolean>(), false: new Map<Condition, Condition | boolean>() };
  /** Under an odd number of negations what is not known is taken to hold, else not to. */
  const inner = (node: Condition, isNegated: boolean): Condition | boolean => {
    const known = done[`${isNegated}`];
    const before = known.get(node);
    if (before !== undefined) return before;
    const named = (field: string) => namedIn(fields, field);
    const visitor: ConditionVisitor<Condition | boolean> = {
      and: ({ terms }) =>
        joined(
          terms.map((term) => inner(term, isNegated)),
          false,
        ),
      or: ({ terms }) =>
        joined(
          terms.map((term) => inner(term, isNegated)),
          true,
        ),
      not: ({ term }) => {
        const left = inner(term, !isNegated);
        return typeof left === "boolean" ? !left : not(left);
      },
      field: ({ field, tests }) => {
        const twin = named(field);
        if (twin === undefined) return isNegated;
        const translated = tests.map(twin.test).filter((test) => test !== undefined);
        if (translated.length < tests.length && (isNegated || translated.length === 0)) return isNegated;
        return fieldTest(twin.field, translated);
      },
      exists: ({ field }) => fromTwin(named(field), isNegated, exists),
      absent: ({ field }) => fromTwin(named(field), isNegated, absent),
      fieldref: (node) => {
        const [field, other] = [named(node.field)?.field, named(node.other)?.field];
        return field === undefined || other === undefined ? isNegated : fieldReference({ ...node, field, other });
      },
      keyword: (same) => same,
    };
    const left = visitCondition(node, visitor);
    known.set(node, left);
    return left;
  };
  return inner(condition, false);
}

function fromTwin(
  twin: TwinField | undefined,
  unknown: boolean,
  make: (field: string) => Condition,
): Condition | boolean {
  return twin === undefined ? unknown : make(twin.field);
}

/** `decisive` is the value that settles the whole: false for `and`, true for `or`. */
function joined(terms: readonly (Condition | boolean)[], decisive: boolean): Condition | boolean {
  if (terms.includes(decisive)) return decisive;
  const open = terms.filter((term) => typeof term !== "boolean");
  if (open.length === 0) return !decisive;
  return decisive ? or(open) : and(open);
}
