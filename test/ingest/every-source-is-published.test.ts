import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { jsonLines } from "../../ingest/evtx/json.ts";
import { recordToXml } from "../../ingest/evtx/xml.ts";
import { parseMessage } from "../../ingest/shippers/parse-message.ts";
import { eventRef } from "../../model/event.ts";
import { findLogs } from "../../pipeline/find-logs.ts";
import { type IngestOptions, ingestEvents } from "../../pipeline/ingest.ts";
import { simulate } from "../../simulator/simulate.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";
import { testTopic, until } from "./topic.ts";

const OPTIONS: IngestOptions = { format: undefined, signal: new AbortController().signal };

let folder: TemporaryFolder;
let log: string;
let json: readonly string[];
let xml: readonly string[];
let computer: string;
beforeAll(async () => {
  folder = new TemporaryFolder();
  const { incidents } = await simulate({ out: folder.file("fleet"), hosts: 1, days: 28, scenarios: ["root-return"] });
  computer = incidents[0]?.computer ?? "";
  log = folder.file(join("fleet", computer.split(".")[0] ?? "", "System.evtx"));
  using file = openEvtx(log);
  json = Buffer.concat(
    Array.from(
      jsonLines(file, () => undefined),
      (piece) => Buffer.from(piece),
    ),
  )
    .toString("utf8")
    .trimEnd()
    .split("\n");
  xml = Array.from(
    file.records(() => undefined),
    recordToXml,
  );
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

function written(name: string, content: string | Buffer): string {
  writeFileSync(folder.file(name), content);
  return folder.file(name);
}

async function published(...paths: readonly string[]) {
  await using topic = await testTopic();
  const { files, damage } = findLogs(paths);
  const totals = await ingestEvents(files, topic.publisher, topic.name, { ...OPTIONS, damage });
  expect(totals.published).toBe(topic.received.length);
  return {
    ...totals,
    values: topic.received.map(({ value }) => value.toString("utf8")),
    keys: topic.received.map(({ key }) => key),
  };
}

test("EVTX records are what dump prints, in order, keyed by their computer", async () => {
  const { values, keys, unreadable } = await published(log);
  expect(values).toEqual(json);
  expect(new Set(keys)).toEqual(new Set([computer]));
  expect(unreadable).toBe(0);
});

test("messages of JSON and XML go as they stand, however they lie in their files", async () => {
  const some = json.slice(0, 50);
  const printed = some.map((line) => JSON.stringify(JSON.parse(line), undefined, 2));
  const { values, keys } = await published(
    written("a.jsonl.gz", gzipSync(json.join("\n"))),
    written("b.json", `[${printed.join(",\n")}]`),
    written("c.xml", Buffer.from(`\uFEFF<Events>${xml.join("")}</Events>`, "utf16le")),
  );
  expect(values).toEqual([...json, ...printed, ...xml]);
  expect(new Set(keys)).toEqual(new Set([computer]));
});

test("the same log by every road has the same events", async () => {
  const { values } = await published(log, written("d.xml", xml.join("\n")));
  const events = values.map((value) => eventRef(parseMessage(value)));
  expect(events.slice(json.length)).toEqual(events.slice(0, json.length));
});

test("what is no event is published as it is, without a key, and named; what is cut off too", async () => {
  const lines = [json[0], '{"hello":1}', '{"Event":{"torn', json[1]];
  const file = written("e.jsonl", lines.join("\n"));
  const { values, keys, unreadable, damage } = await published(file);
  expect(values).toEqual(lines);
  expect(keys).toEqual([computer, undefined, undefined, computer]);
  expect(unreadable).toBe(2);
  expect(damage[0]?.places).toMatchObject([
    { line: 2, reason: "It is none of the known formats. (published as it is)" },
    { line: 3, reason: "it is cut off: the line ends within a text (published as it is)" },
  ]);
});

test("of a folder, a file without an event is passed over and said; one whose events come late is published whole", async () => {
  using place = new TemporaryFolder();
  writeFileSync(place.file("late.json"), `{"n":1}\n{"n":2}\n${json[0]}\n`);
  writeFileSync(place.file("package.json"), '{"name":"x"}');
  writeFileSync(place.file("torn.evtx"), "ElfFile");
  const { values, unreadable, damage } = await published(place.path);
  expect(values).toEqual(['{"n":1}', '{"n":2}', json[0]]);
  expect(damage).toMatchObject([
    { file: place.file("late.json"), lost: 2 },
    { file: place.file("package.json"), lost: 0, places: [{ kind: "foreign", line: 1 }] },
    { file: place.file("torn.evtx"), lost: 1 },
  ]);
  expect(unreadable).toBe(3);
});

test("a found file of many messages without an event is published after all: it may be a shipper's we do not know", async () => {
  using place = new TemporaryFolder();
  writeFileSync(place.file("unknown.json"), '{"n":1}\n'.repeat(5_000));
  expect(await published(place.path)).toMatchObject({ published: 5_000, unreadable: 5_000 });
});

test("a damaged log costs what is damaged", async () => {
  const bytes = readFileSync(log);
  bytes.fill(0xff, 4096 + 65_536 + 2_000, 4096 + 65_536 + 8_000);
  const { values, unreadable } = await published(written("f.evtx", bytes));
  expect(values.length).toBeGreaterThan(100);
  expect(values.length).toBeLessThan(json.length);
  expect(unreadable).toBeGreaterThan(0);
});

test("from a stream, an event is published when it has come, not when the stream ends", async () => {
  await using topic = await testTopic();
  const stream = new PassThrough();
  const totals = ingestEvents([{ name: "standard input", stream }], topic.publisher, topic.name, OPTIONS);
  for (const [index, line] of json.slice(0, 3).entries()) {
    stream.write(`${line}\n`);
    await until(() => topic.received.length === index + 1);
  }
  stream.end(json[3]);
  expect(await totals).toMatchObject({ published: 4, unreadable: 0, isStopped: false });
});

test("a stream that is stopped: what has come is published, and what is half there is not", async () => {
  await using topic = await testTopic();
  const stop = new AbortController();
  const stream = new PassThrough();
  const totals = ingestEvents([{ name: "-", stream }], topic.publisher, topic.name, {
    ...OPTIONS,
    signal: stop.signal,
  });
  stream.write(`${json[0]}\n${json[1]?.slice(0, 50)}`);
  await until(() => topic.received.length === 1);
  stop.abort();
  expect(await totals).toMatchObject({ published: 1, isStopped: true });
});
