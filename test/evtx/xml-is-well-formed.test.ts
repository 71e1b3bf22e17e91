import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { recordToXml } from "../../ingest/evtx/xml.ts";
import { hasCorpus } from "../corpus.ts";
import { corpusFiles, EVTX } from "./corpus.ts";
import { cdata, charRef, chunkOf, element, entity, hole, instance, instruction, readChunk, text } from "./handmade.ts";

const PARSE = `
import sys, xml.etree.ElementTree as tree
for line in sys.stdin.buffer.read().split(b"\\n"):
    try: line and tree.fromstring(line)
    except tree.ParseError as error: sys.exit(f"{error}: {line}")
`;
const hasPython = spawnSync("python3", ["-c", "import xml.etree.ElementTree"]).status === 0;
if (!hasPython) console.warn("SKIPPED: no python3 to parse XML with.");

/** What Python's parser says against lines of XML: nothing when each is well-formed. */
function complaints(lines: readonly string[]): string {
  return spawnSync("python3", ["-c", PARSE], { input: lines.join("\n"), encoding: "utf8" }).stderr;
}

function xmlOf(definition: ReturnType<typeof element>, value = Buffer.alloc(0)): string {
  const { read, told } = readChunk(chunkOf([instance(1, definition, [[0x01, value]])]));
  expect(told).toEqual([]);
  return read[0]?.xml ?? "";
}

test("references, CDATA and processing instructions mean what they stand for", () => {
  const content = [
    text("a<b"),
    entity("amp"),
    entity("other"),
    charRef(0x263a),
    cdata("]]>&"),
    instruction("target", "data?>x"),
  ];
  expect(xmlOf(element("Event", content))).toBe(
    "<Event>a&lt;b&amp;&amp;other;\u263a]]&gt;&amp;<?target data?\ufffdx?></Event>",
  );
});

const FORBIDDEN = "\u0000\u0001\u0008\u000b\u001f\ufffe\uffff\ud800";

test("characters that XML forbids are replaced, line breaks survive", () => {
  const value = Buffer.from(`\u0001\u001b\r\n\t\ufffe"<&>`, "utf16le");
  expect(xmlOf(element("Event", [hole(0, 0x01)]), value)).toBe(
    "<Event>\ufffd\ufffd&#13;&#10;&#9;\ufffd&quot;&lt;&amp;&gt;</Event>",
  );
});

const NAMES = ["1a", "a b", "a><script", "", "a\u0000", '"', "xml:", ":", "a:b:c", "-", "é1", FORBIDDEN, "<!--", "p:q"];

describe.skipIf(!hasPython)("A parser takes our XML", () => {
  test("with elements, attributes and instructions of any name", () => {
    const lines = NAMES.map((name) => {
      const attributes = [name, `${name}x`, name].map((one) => [one, text(`v${FORBIDDEN}`)] as const);
      const inner = element(name, [text(FORBIDDEN)], attributes);
      return xmlOf(element("Event", [inner, instruction(name, FORBIDDEN), instruction("xml", "")]));
    });
    expect(complaints(lines)).toBe("");
  });

  test.skipIf(!hasCorpus)("of real records, the same each time", () => {
    const files = corpusFiles.filter((_, index) => index % 16 === 0);
    const lines = files.flatMap(readLines);
    expect(files.flatMap(readLines)).toEqual(lines);
    expect(complaints(lines)).toBe("");
  });
});

function readLines(path: string): readonly string[] {
  using file = openEvtx(join(EVTX, path));
  return Array.from(
    file.records(() => {}),
    recordToXml,
  );
}
