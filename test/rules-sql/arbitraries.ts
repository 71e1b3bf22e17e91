import fc from "fast-check";
import type { SampleFields } from "../../rules/sample-event.ts";
import type { DetectionRule } from "../../rules/sigma/rule.ts";
import { detectionRule, ruleText } from "../rules/one-rule.ts";

/** Texts that are alike, so that rules match; and what is apt to be read differently by two programs. */
const TEXTS = [
  ...[
    "",
    "a",
    "A",
    "Abc",
    "abcABC",
    "C:\\Windows\\cmd.exe",
    "\\cmd.exe",
    "a\nb",
    "a*b?c",
    "50%_of",
    "it's",
    "\\",
    "-enc",
    "/enc x",
    "YWJj",
  ],
  ...["3", "007", "-3", "+5", "1.5", "0x1F", "31", "0XFFFFFFFFFFFFFFFF", "12345678901234567890123", "1e3", "3 "],
  ...[
    "10.0.0.1",
    "10.200.0.1",
    "010.0.0.1",
    "::ffff:10.1.2.3",
    "fe80::1%4",
    "fe80::1",
    "2001:db8::5",
    "10.0.0.1%x",
    "::",
  ],
  ...[
    "İstanbul",
    "istanbul",
    "ΟΔΟΣ",
    "οδος",
    "οδοσ",
    "\u212aelvin",
    "kelvin",
    "ẞ",
    "ß",
    "ÄÖ",
    "äö",
    "\u{1f600}",
    "{v1:String}",
    "a\u0000b",
  ],
];

const text = fc.constantFrom(...TEXTS);
/** `Other1` and `Other2` are never those of a repeated `Other`: how these are stored does not tell the two apart. */
const name = fc.constantFrom(
  "Image",
  "IMAGE",
  "Param1",
  "Data",
  "Data1",
  "Data2",
  "Data3",
  "TimeCreated",
  "Computer",
  "ComputerName",
  "provider_name",
  "EventID",
  "EventRecordID",
  "Channel",
  "Channel2",
  "eventid2",
  "EventID3",
  "Nowhere",
);
const yaml = (value: unknown) => JSON.stringify(value);
const list = fc.array(text, { minLength: 1, maxLength: 4 });

const item = fc
  .oneof(
    fc.tuple(
      name,
      fc.constantFrom(
        "",
        "|contains",
        "|startswith",
        "|endswith",
        "|cased",
        "|contains|cased",
        "|contains|all",
        "|neq",
        "|windash|contains",
      ),
      list,
    ),
    fc.tuple(name, fc.constantFrom("|base64offset|contains", "|base64"), fc.constant(["abc", "Abc"])),
    fc.tuple(
      name,
      fc.constantFrom("|re", "|re|i", "|re|s", "|re|i|m"),
      fc.array(fc.constantFrom("a.b", "^b$", "c$", "(?i)ABC", "k", "[α-ω]+", "\\\\cmd", "^.$", "a|^$"), {
        minLength: 1,
        maxLength: 2,
      }),
    ),
    fc.tuple(
      name,
      fc.constant("|cidr"),
      fc.array(fc.constantFrom("10.0.0.0/8", "10.0.0.1/32", "fe80::/10", "2001:db8::/32", "::/96"), {
        minLength: 1,
        maxLength: 2,
      }),
    ),
    fc.tuple(
      name,
      fc.constantFrom("", "|lt", "|lte", "|gt", "|gte"),
      fc.array(fc.constantFrom(3, 7, -3, 5, 1.5, 31, 0, 1), { minLength: 1, maxLength: 3 }),
    ),
    fc.tuple(
      name,
      fc.constantFrom("|fieldref", "|fieldref|contains", "|fieldref|startswith", "|fieldref|endswith|cased"),
      fc.array(name, { minLength: 1, maxLength: 1 }),
    ),
    fc.tuple(name, fc.constant("|exists"), fc.boolean()),
    fc.tuple(name, fc.constantFrom("", "|neq"), fc.constant(null)),
    fc.tuple(
      name,
      fc.constantFrom("", "|contains"),
      fc.array(fc.constantFrom("*", "?", "*a*c*", "a?c", "\\*", "*\\?*", "*%*", "??", "abc*"), {
        minLength: 1,
        maxLength: 3,
      }),
    ),
  )
  .map(([field, modifiers, value]) => `${field}${modifiers}: ${yaml(value)}`);

const keywords = fc
  .array(fc.constantFrom("abc", "CMD", "sample", "2026", "it's", "\\", "ΟΔΟΣ", "4624"), { minLength: 1, maxLength: 2 })
  .map(yaml);
const search = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => `\n  - ${items.join("\n  - ")}`),
  },
  { weight: 1, arbitrary: keywords },
);

const detection = fc
  .tuple(
    search,
    search,
    fc.constantFrom(
      "one",
      "not one",
      "one and two",
      "one or two",
      "one and not two",
      "not (one or two)",
      "all of them",
    ),
  )
  .map(([one, two, condition]) => `one: ${one}\ntwo: ${two}\ncondition: ${condition}`);

/** Rules of their own ids. */
export const anyRules: fc.Arbitrary<readonly DetectionRule[]> = fc
  .array(detection, { minLength: 15, maxLength: 30 })
  .map((all) => all.map((one, at) => ({ ...detectionRule(ruleText(one)), id: `rule-${at}` })));

const fields: fc.Arbitrary<SampleFields> = fc.record(
  {
    Image: text,
    image: text,
    Param1: text,
    Data: fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })),
    Hashes: fc.array(text, { minLength: 2, maxLength: 2 }),
    computername: text,
    channel: text,
  },
  { requiredKeys: [] },
);

/** Events of their own record numbers, with what every Windows event has. */
export const anyEvents: fc.Arbitrary<readonly SampleFields[]> = fc
  .array(fields, { minLength: 1, maxLength: 40 })
  .map((all) =>
    all.map((one, at) => ({
      Computer: at % 2 === 0 ? "Sample.example" : "abc",
      Channel: at % 4 === 0 ? ["Security", "abc"] : "Security",
      Provider_Name: "Abc",
      EventID: at % 3 === 0 ? "3" : at % 5 === 0 ? ["4624", "3", "007"] : "4624",
      EventRecordID: String(at + 1),
      TimeCreated: `2026-01-01T00:00:${String(at).padStart(2, "0")}.1234567Z`,
      ...one,
    })),
  );
