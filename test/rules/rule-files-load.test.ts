import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Incident } from "../../model/incident.ts";
import { UserError } from "../../model/user-error.ts";
import { loadRules, type RuleSet } from "../../rules/load.ts";
import { runRuleTests } from "../../rules/rule-tests.ts";
import { runExamples } from "../../rules/run-examples.ts";
import { eventFromFields } from "../../rules/sample-event.ts";
import { detect } from "../../rules/sigma/detect.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rules-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const rule = (name: string, id = `id-${name}`) =>
  `title: ${name}\nid: ${id}\nname: ${name}\nlogsource: {product: windows}\ndetection: {s: {A: ${name}}, condition: s}\n`;

const sequence = (name: string, first: string, more = "") => `title: ${name}
id: id-${name}
name: ${name}
correlation:
  type: sequence
  group-by: [Computer]
  steps: [{ state: armed, rules: [${first}] }]
${more}incident: { severity: { armed: low } }
`;

function summary({ detections, sequences, refused, inactive }: RuleSet) {
  return {
    rules: [...detections, ...sequences].map(({ name }) => name),
    refused: refused.map(({ place, reason }) => `${relative(folder, place.file)}:${place.line}: ${reason}`),
    inactive: inactive.map(({ rule: name, reason }) => `${name}: ${reason}`),
  };
}

describe("loading", () => {
  test("folders are read recursively, links to folders too, in order, without examples and other files", () => {
    write("b.yml", rule("b"));
    write("a/c.yaml", `${rule("c")}---\n${rule("d")}`);
    write("b.test.yml", "- nonsense");
    write("readme.md", "x");
    symlinkSync(dirname(write("rules/e.yml", rule("e"))), join(dirname(write("f/f.yml", rule("f"))), "link"));
    expect(summary(loadRules([join(folder, "f")])).rules).toEqual(["f", "e"]);
    rmSync(join(folder, "f"), { recursive: true });
    rmSync(join(folder, "rules"), { recursive: true });
    expect(summary(loadRules([folder]))).toEqual({ rules: ["c", "d", "b"], refused: [], inactive: [] });
  });

  test("links are followed, and each file and folder is read once, by the name without a link where it has one", () => {
    write("a.yml", rule("a"));
    write("z/b.yml", rule("b"));
    symlinkSync("z", join(folder, "c"));
    symlinkSync("a.yml", join(folder, "also.yml"));
    symlinkSync(".", join(folder, "self"));
    symlinkSync("..", join(folder, "z", "up"));
    symlinkSync(write("rules/elsewhere", rule("e")), join(folder, "e.yml"));
    const set = loadRules([folder, join(folder, "z"), join(folder, "also.yml")]);
    expect(summary(set)).toEqual({ rules: ["a", "e", "b"], refused: [], inactive: [] });
    expect(set.detections.map(({ place }) => relative(folder, place.file))).toEqual(["a.yml", "e.yml", "z/b.yml"]);
  });

  test("a ConfigMap as Kubernetes mounts it is read once, by its visible names", () => {
    write("..2026_01/a.yml", rule("a"));
    symlinkSync("..2026_01", join(folder, "..data"));
    symlinkSync("..data/a.yml", join(folder, "a.yml"));
    const set = loadRules([folder]);
    expect(set.detections.map(({ place }) => relative(folder, place.file))).toEqual(["a.yml"]);
    expect(set.refused).toEqual([]);
  });

  test("what cannot be opened is named, and costs itself only", () => {
    write("a.yml", rule("a"));
    symlinkSync("gone", join(folder, "b.yml"));
    symlinkSync("loop.yml", join(folder, "loop.yml"));
    const set = summary(loadRules([folder]));
    expect(set.rules).toEqual(["a"]);
    expect(set.refused).toEqual([
      expect.stringMatching(/^b\.yml:1: cannot be opened: ENOENT/),
      expect.stringMatching(/^loop\.yml:1: cannot be opened: ELOOP/),
    ]);
    expect(() => loadRules([join(folder, "loop.yml")])).toThrow(UserError);
  });

  test("a file in UTF-16 is named as such, one in UTF-8 with a mark is read", () => {
    for (const [name, mark] of [
      ["a", "\uFEFF"],
      ["b", ""],
    ] as const)
      writeFileSync(join(folder, `${name}.yml`), Buffer.from(mark + rule(name), "utf16le"));
    writeFileSync(join(folder, "c.yml"), Buffer.from(`\uFEFF${rule("c")}`, "utf16le").swap16());
    write("d.yml", `\uFEFF${rule("d")}`);
    expect(summary(loadRules([folder]))).toEqual({
      rules: ["d"],
      refused: ["a", "b", "c"].map((name) => `${name}.yml:1: the file is not UTF-8 but UTF-16; save it as UTF-8`),
      inactive: [],
    });
  });

  test("an id or a name belongs to one rule", () => {
    const first = write("a.yml", rule("a"));
    write("b.yml", `${rule("a", "other")}---\n${rule("b", "id-a")}`);
    expect(summary(loadRules([folder]))).toEqual({
      rules: ["a"],
      refused: [
        `b.yml:1: id or name "a" is already that of the rule at ${first}:1`,
        `b.yml:7: id or name "id-a" is already that of the rule at ${first}:1`,
      ],
      inactive: [],
    });
  });

  test("a sequence refers by name or id, and to nothing that is not there", () => {
    write("rules.yml", rule("a"));
    write(
      "s.yml",
      [sequence("s", "id-a"), sequence("t", "gone"), sequence("u", "a", "  inhibited-by: [s]\n")].join("---\n"),
    );
    const set = loadRules([folder]);
    expect(summary(set)).toEqual({
      rules: ["a", "s", "u"],
      refused: ['s.yml:10: refers to "gone", but no detection rule of that name or id is loaded'],
      inactive: [],
    });
    expect(set.sequences[0]?.steps[0]?.rules).toEqual(["a"]);
  });

  test("a sequence may refer to a rule whose placeholder has no values", () => {
    write("a.yml", rule("a").replace("A: a", "A|expand: '%off%'"));
    write("s.yml", sequence("s", "a"));
    expect(summary(loadRules([folder], { placeholders: new Map([["off", []]]) }))).toEqual({
      rules: ["s"],
      refused: [],
      inactive: ["a: placeholder %off% has no values"],
    });
  });

  test("a path that is not there is the user's mistake", () => {
    expect(() => loadRules([join(folder, "gone")])).toThrow(UserError);
  });
});

describe("examples beside a rule", () => {
  const run = (examples: string, correlate: () => readonly Incident[] = () => []) => {
    write("x.yml", `${rule("a")}---\n${sequence("s", "a")}`);
    const file = write("x.test.yml", examples);
    return runRuleTests(loadRules([folder]), new Map(), file, correlate).map(
      ({ name, difference }) => `${name}: ${difference ?? "ok"}`,
    );
  };

  test("say what was expected and what happened", () => {
    expect(
      run(`
- { name: one, rule: a, event: { A: a }, expect: match }
- { name: two, rule: a, events: [{ A: a }, { A: b }], expect: match }
- { name: three, rule: a, event: { A: [b, a] }, expect: no match }
- { name: four, event: { A: b }, expect: match }
- { name: five, rule: gone, event: { A: b }, expect: match }
`),
    ).toEqual([
      "one: ok",
      'two: expected a match, but nothing matched: {"Computer":"sample.example","EventRecordID":"2","TimeCreated":"2026-01-01T00:00:00Z","A":"b"}',
      'three: expected no match, but it matched: {"Computer":"sample.example","EventRecordID":"1","TimeCreated":"2026-01-01T00:00:00Z","A":["b","a"]}',
      "four: the file has 2 rules; name one with `rule`",
      'five: rule "gone" is not loaded',
    ]);
  });

  test.each(["tests:\n  - ", '"tests":\n  - ', "{ tests: ["])("may stand in the rule's own file, as %j", (opening) => {
    const closing = opening.endsWith("[") ? "] }" : "";
    write("y.yml", `${rule("a")}---\n${opening}{ name: one, event: { A: a }, expect: match }${closing}\n`);
    expect(runExamples([folder]).results).toMatchObject([{ name: "one", difference: undefined }]);
  });

  test("of a sequence give its detections to the evaluator and compare state and severity", () => {
    const incident = { state: "armed", severity: "low", title: "T" };
    const examples = `
- { name: one, rule: s, events: [{ A: a }], expect: { state: armed, severity: low } }
- { name: two, rule: s, events: [{ A: b }], expect: { state: failing } }
- { name: three, rule: s, events: [{ A: a }], expect: no match }
`;
    // Only the fields that are compared: the evaluator itself is tested where it lives.
    expect(run(examples, () => [incident as Incident])).toEqual([
      "one: ok",
      'two: expected an incident failing, but found armed (low) "T"; detections were of no rule',
      'three: expected no incident, but found armed (low) "T"; detections were of a',
    ]);
  });

  test("that make no sense are the user's mistake, with line and key", () => {
    expect(() => run("- { name: one, event: { A: a }, expect: maybe }")).toThrow(
      /x\.test\.yml:1: expect: "maybe" is none of match, no match$/,
    );
    expect(() => run("- { name: one, rule: a, event: { TimeCreated: noon }, expect: match }")).toThrow(UserError);
  });
});

describe("rules that were loaded once are kept", () => {
  const many = `---\n# ${"-".repeat(20_000)}\n`;
  const text = `${rule("a")}---
title: r
name: r
logsource: { product: windows, category: process_creation }
detection: { s: { Image|re: 'a(b+)c', CommandLine|expand: '%x%' }, condition: s }
capture: { B: { field: Image, match: 'a(b+)c' } }
---
${rule("wrong").replace("condition: s", "condition: t")}---
${rule("none").replace("windows", "linux")}---
title: f
logsource: { product: windows }
filter: { rules: [a], s: { B: b }, condition: not s }
---
${sequence("s", "a")}---
title: c
name: c
correlation: { type: event_count, rules: [r], group-by: [B], timespan: 1h, condition: { gte: 2 } }
`;
  const placeholders = new Map([["x", ["y"]]]);
  const kept = () => join(folder, "cache", "rootcause");
  const files = () => readdirSync(kept()).map((name) => join(kept(), name));
  const load = (set = placeholders) => loadRules([join(folder, "a.yml")], { placeholders: set });
  const events = [
    { Channel: "Microsoft-Windows-Sysmon/Operational", EventID: "1", Image: "xabbc", CommandLine: "y" },
    { Channel: "Security", EventID: "4688", NewProcessName: "abc", CommandLine: "y" },
    { A: "a" },
    { A: "a", B: "b" },
  ].map((fields) => eventFromFields(fields));
  const detected = ({ detections }: RuleSet) => {
    const matcher = createMatcher(detections);
    return events.map((event) => detect(matcher, event));
  };
  beforeEach(() => {
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
    write("a.yml", many + text);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("and are the same in all that is said of them and in what they find", () => {
    const first = load();
    expect(
      [first.detections, first.sequences, first.correlations, first.filters, first.refused, first.inactive].map(
        ({ length }) => length,
      ),
    ).toEqual([3, 1, 1, 1, 1, 1]);
    const [file = ""] = files();
    const { ino } = statSync(file);
    const again = load();
    expect(statSync(file).ino).toBe(ino);
    expect(again).toEqual(first);
    expect(detected(again)).toEqual(detected(first));
    expect(
      detected(again)
        .flat()
        .map(({ fields }) => fields),
    ).toEqual([{ B: "bb" }, { B: "b" }, {}]);
  });

  test("until a text changes, be it in length and time the same, or what a placeholder stands for", () => {
    load();
    expect(JSON.stringify(load(new Map([["x", ["z"]]])).detections)).toContain('"z"');
    write("a.yml", many + text.replace("title: f", "title: g"));
    expect(load().filters).toMatchObject([{ title: "g" }]);
    expect(files().length).toBe(3);
    for (let more = 0; more < 10; more++) load(new Map([["x", [String(more)]]]));
    expect(files().length).toBe(8);
  });

  test("but not taken from what is damaged, or others could have written", () => {
    const first = load();
    const [file = ""] = files();
    const whole = readFileSync(file);
    const damage = fc.oneof(
      fc.nat(whole.length - 1).map((end) => whole.subarray(0, end)),
      fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8((bytes[at] ?? 0) ^ by, at);
        return bytes;
      }),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(damage, (bytes) => {
        writeFileSync(file, bytes);
        expect(load()).toEqual(first);
        expect(readFileSync(file).equals(whole)).toBe(true);
      }),
      { numRuns: 30 },
    );
    chmodSync(file, 0o666);
    load();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("where they can be kept", () => {
    write("cache", "a file");
    expect(load().detections.length).toBe(3);
    unlinkSync(join(folder, "cache"));
    mkdirSync(kept(), { recursive: true });
    load();
    const [file = ""] = files();
    unlinkSync(file);
    mkdirSync(file);
    expect(load().detections.length).toBe(3);
    expect(files()).toEqual([file]);
  });
});
