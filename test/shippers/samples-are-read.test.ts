import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseMessage } from "../../ingest/shippers/parse-message.ts";
import { eventRef, readAll, readFirst, type WindowsEvent } from "../../model/event.ts";
import { CORPUS } from "../corpus.ts";

const SAMPLES = join(CORPUS, "../samples");
const hasSamples = existsSync(join(SAMPLES, "shipper"));
if (!hasSamples)
  console.warn(`SKIPPED: no samples at ${SAMPLES}. They are beside the folder that ROOTCAUSE_CORPUS names.`);

const SUBJECT = 'OU=Go Daddy Class 2 Certification Authority, O="The Go Daddy Group, Inc.", C=US';
const THUMBPRINT = "2796BAE63F1801E277261BA0D77770028F20EEE4";

describe.skipIf(!hasSamples)("Public samples are read", () => {
  test.each(hasSamples ? globSync(join(SAMPLES, "shipper/*4097*.json")) : [])("a root that came back: %s", (path) => {
    const event = read(path);
    expect(eventRef(event)).toMatchObject({
      computer: "IE10Win7",
      channel: "Application",
      provider: "Microsoft-Windows-CAPI2",
      eventId: 4097,
      recordId: 1697n,
    });
    expect(valuesOf(event, "Data")).toEqual([SUBJECT, THUMBPRINT]);
    expect(readFirst(event, "TimeCreated")).toMatch(/^2016-08-29T19:01:09\.\d{7}Z$/);
  });

  test.each(hasSamples ? globSync(join(SAMPLES, "shipper/*36888*.json")) : [])(
    "an alert with its error: %s",
    (path) => {
      const event = read(path);
      expect(eventRef(event)).toMatchObject({ provider: "Schannel", eventId: 36888, recordId: 2708n });
      expect([valuesOf(event, "AlertDesc"), valuesOf(event, "ErrorState")]).toEqual([["40"], ["1205"]]);
    },
  );

  test("Winlogbeat's own expected output", () => {
    const event = read(join(SAMPLES, "shipper/REAL-winlogbeat-golden-1100.json"));
    expect(eventRef(event)).toEqual({
      computer: "WIN-41OB2LO92CR.wlbeat.local",
      channel: "Security",
      provider: "Microsoft-Windows-Eventlog",
      eventId: 1100,
      recordId: 14257n,
      time: 132_175_966_242_260_925n,
    });
    expect(valuesOf(event, "RenderingInfo_Task")).toEqual(["Service shutdown"]);
  });

  test("every real event's XML, fragments apart", () => {
    const paths = globSync(join(SAMPLES, "*.xml")).filter((path) => !path.includes("fragment"));
    expect(paths.length).toBeGreaterThan(50);
    for (const path of paths) {
      const [, id] = /-(\d+)(?=[-.])/.exec(basename(path).replace("CAPI2-", "CAPI-")) ?? [];
      expect([path, eventRef(read(path)).eventId]).toEqual([path, Number(id)]);
    }
  });

  test("a chain with its attributes, in the order of the document", () => {
    const event = read(join(SAMPLES, "CAPI2-11.xml"));
    expect(valuesOf(event, "Certificate_fileRef")[0]).toBe("3BDA323E552DB1FDE5F4FBEE75D6D5B2B187EEDC.cer");
    expect(valuesOf(event, "Certificate_fileRef")).toHaveLength(8);
    expect(valuesOf(event, "Result_value")).toEqual(["0"]);
    expect(valuesOf(event, "Result")).toEqual([]);
  });
});

function read(path: string): WindowsEvent {
  return parseMessage(readFileSync(path, "utf8"));
}

function valuesOf(event: WindowsEvent, name: string): readonly string[] {
  const field = event.shape.field(name);
  return field === undefined ? [] : readAll(event, field);
}
