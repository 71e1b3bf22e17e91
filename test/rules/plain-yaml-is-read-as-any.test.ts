import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPlainYaml } from "../../rules/sigma/plain-yaml.ts";
import { readYaml } from "../../rules/sigma/yaml-tree.ts";
import { CORPUS, hasCorpus } from "../corpus.ts";

/** With Windows' line ends a file is left to the whole parser. */
const read = (text: string) => readYaml(text.replaceAll("\n", "\r\n"));

const word = fc.constantFrom(
  "a",
  "b c",
  "x: y",
  "1",
  "0x1F",
  "1.5",
  "1.2.3",
  "-7",
  "2024-01-01",
  "true",
  "True",
  "null",
  "~",
  "''",
  "'it''s'",
  "'#'",
  '"q"',
  '"\\n"',
  "a # b",
  "a#b",
  "- x",
  "-",
  "[a]",
  "{a: b}",
  "*.exe",
  "'*\\x'",
  "|",
  "|-",
  ">",
  "&x",
  "!t",
  "%p%",
  "a:",
  "'a' # c",
  "'a'b",
  "@x",
  "\\x",
  "? a",
  ".5",
  "007",
  "http://x/y",
  "# c",
  "",
);
const line = fc
  .tuple(
    fc.constantFrom(0, 0, 2, 2, 4, 6),
    fc.constantFrom("k: ", "k2:", "- ", "'|all': ", "- k: ", "Image|endswith: ", "", "a b: "),
    word,
  )
  .map(([indent, start, value]) => `${" ".repeat(indent)}${start}${value}`);
const text = fc
  .array(fc.oneof({ weight: 12, arbitrary: line }, fc.constantFrom("---", "", "  # note", "   ", "...")), {
    maxLength: 8,
  })
  .map((lines) => `${lines.join("\n")}\n`);

test("what the plain reader reads is what the whole parser reads", () => {
  fc.assert(
    fc.property(text, (written) => {
      const plain = readPlainYaml(written);
      if (plain !== undefined) expect(plain).toEqual(read(written));
    }),
    { numRuns: 4000 },
  );
});

describe.skipIf(!hasCorpus)("public rules", () => {
  test("are read the same, nearly all of them the fast way", () => {
    const files = globSync("**/*.yml", { cwd: join(CORPUS, "sigma-rules") })
      .sort()
      .filter((_, at) => at % 10 === 0);
    let plain = 0;
    for (const file of files) {
      const written = readFileSync(join(CORPUS, "sigma-rules", file), "utf8");
      const found = readPlainYaml(written);
      if (found === undefined) continue;
      plain++;
      expect(found).toEqual(read(written));
    }
    expect(plain).toBeGreaterThan(0.9 * files.length);
  });
});
