import { describe, expect, test } from "vitest";
import { LIBRARY } from "../../cli/package-root.ts";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { recordToJson } from "../../ingest/evtx/json.ts";
import { recordToXml } from "../../ingest/evtx/xml.ts";
import { parseMessage } from "../../ingest/shippers/parse-message.ts";
import { readAll, type WindowsEvent } from "../../model/event.ts";
import { exactIntegers } from "../../model/exact-integers.ts";
import { loadRules } from "../../rules/load.ts";
import { detect } from "../../rules/sigma/detect.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import { writeEvtx } from "../../simulator/evtx-writer/write-evtx.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";
import { readRoads } from "./carried-fields-table.ts";
import { ENCODERS, type Shipped } from "./encoders.ts";
import { SAMPLES, type Sample, type Words } from "./events.ts";

type Fields = Readonly<Record<string, readonly string[]>>;

/** An event as the EVTX reader gives it, and as it would be shipped. */
interface Case extends Shipped {
  readonly expected: Fields;
  readonly dumped: string;
}

const cases = SAMPLES.map(caseOf);
const [rootAdded] = cases;
if (rootAdded === undefined) throw new Error("there are no samples");
/** With a record id that is nothing else in its message. */
const numbered = caseOf({ ...rootAdded, event: { ...rootAdded.event, recordId: 9876543219876n } });
const roads = readRoads();

describe("Every road gives the event that the EVTX reader gives", () => {
  test("docs/shippers.md has a row for every road, and no other", () => {
    expect(roads.map(({ name }) => name).sort()).toEqual([...Object.keys(ENCODERS), "evtx_dump"].sort());
  });

  test.each(roads)("$name: what is lost is what docs/shippers.md says", ({ name, lost }) => {
    const differing = cases.flatMap((one) => {
      return differences(one, fieldsOf(parseMessage(messageOf(one, name))));
    });
    expect([...new Set(differing)].sort()).toEqual([...lost].sort());
  });

  test.each(roads)("$name: a record id that is none is refused, and so is a time", ({ name }) => {
    const text = messageOf(numbered, name);
    for (const wrong of ["-1", "1.5", "18446744073709551616"])
      expect(() => parseMessage(text.replaceAll("9876543219876", wrong))).toThrow(
        `Its EventRecordID is no number of a record: "${wrong}".`,
      );
    const withoutTime = text.replaceAll(/\d{4}-\d\d-\d\d[T ][^"'<\\]*/g, "nonsense");
    expect(() => parseMessage(withoutTime)).toThrow('Its TimeCreated is no time: "nonsense".');
  });

  test("which log was cleared is known by every road, from the message where there is nothing else", () => {
    const matcher = createMatcher(loadRules([LIBRARY]).detections);
    const cleared = cases.find(({ event }) => event.eventId === 104);
    for (const road of Object.keys(ENCODERS)) {
      const found = cleared === undefined ? [] : detect(matcher, parseMessage(messageOf(cleared, road)));
      expect([road, found.map(({ fields }) => fields.ClearedChannel)]).toEqual([road, ["Lync Server"]]);
    }
  });

  test("unnamed data of a root change come through every road", () => {
    for (const name of Object.keys(ENCODERS))
      expect([name, fieldsOf(parseMessage(messageOf(rootAdded, name))).Data]).toEqual([name, rootAdded.expected.Data]);
  });
});

function messageOf(one: Case, road: string): string {
  const message = road === "evtx_dump" ? one.dumped : ENCODERS[road]?.(one);
  return typeof message === "string" ? message : JSON.stringify(message, exactIntegers);
}

/** The names of fields that are not the same; words that were not in the event are no difference. */
function differences({ expected, event }: Case, found: Fields): readonly string[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])]
    .filter((name) => name in expected || !isWords(name))
    .filter((name) => String(expected[name]) !== String(found[name]) || expected[name]?.length !== found[name]?.length)
    .map((name) => {
      if (name.startsWith("RenderingInfo")) return "RenderingInfo";
      return event.data.kind === "userData" && !isSystem(name) ? "UserData" : name;
    });
}

function isWords(name: string): boolean {
  return name === "Message" || name.startsWith("RenderingInfo_");
}

function isSystem(name: string): boolean {
  return (
    cases[0] !== undefined && (name in cases[0].expected || /^(Correlation|Security)_/.test(name)) && name !== "Data"
  );
}

function caseOf(sample: Sample): Case {
  using folder = new TemporaryFolder();
  const path = folder.file("one.evtx");
  writeEvtx(path, [sample.event]);
  using file = openEvtx(path);
  for (const record of file.records(() => {})) {
    const { words, isForwarded } = sample;
    const xml = recordToXml(record);
    const dumped = recordToJson(record);
    const expected = fieldsOf(record);
    if (!isForwarded) return { ...sample, expected, xml, dumped };
    const channel = sample.event.channel;
    return {
      ...sample,
      expected: { ...expected, ...renderedFields(words, channel) },
      xml: xml.replace("</Event>", `${renderingXml(words, channel)}</Event>`),
      dumped: dumped.replace(/\}\}$/, `,"RenderingInfo":${renderingJson(words, channel)}}}`),
    };
  }
  throw new Error("the event was not written");
}

function fieldsOf(event: WindowsEvent): Fields {
  const names = [...new Set([...event.shape.fields, "Channel2"])];
  const values = names.map(
    (name) => [name, readAll(event, event.shape.field(name) ?? { slots: [], position: undefined })] as const,
  );
  return Object.fromEntries(values.filter(([, texts]) => texts.length > 0));
}

function renderedFields({ message, level, keywords }: Words, channel: string): Fields {
  return {
    RenderingInfo_Culture: ["en-US"],
    Message: [message],
    RenderingInfo_Level: [level],
    RenderingInfo_Channel: [channel],
    RenderingInfo_Keyword: keywords,
  };
}

function renderingXml({ message, level, keywords }: Words, channel: string): string {
  const text = message.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const list = keywords.map((keyword) => `<Keyword>${keyword}</Keyword>`).join("");
  return `<RenderingInfo Culture='en-US'><Message>${text}</Message><Level>${level}</Level><Task></Task><Channel>${channel}</Channel><Keywords>${list}</Keywords></RenderingInfo>`;
}

function renderingJson({ message, level, keywords }: Words, channel: string): string {
  const attributes = { Culture: "en-US" };
  const list = keywords.length === 0 ? null : { Keyword: keywords[0] };
  return JSON.stringify({
    "#attributes": attributes,
    Message: message,
    Level: level,
    Task: null,
    Channel: channel,
    Keywords: list,
  });
}
