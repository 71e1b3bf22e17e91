import { expect, test } from "vitest";
import { chunkOf, element, hole, instance, type Part, readChunk, text } from "./handmade.ts";

const utf16 = (value: string) => Buffer.from(value, "utf16le");
const leaf = (name: string, value: string) => element(name, [text(value)]);
const event = (parts: readonly Part[]) => element("Event", parts);

test("what the source rendered is kept, and both record numbers are there and apart", () => {
  const system = element("System", [
    element("EventRecordID", [hole(0, 0x0a)]),
    leaf("Channel", "System"),
    leaf("Computer", "EDGE01.corp.example"),
  ]);
  const rendering = element(
    "RenderingInfo",
    [leaf("Message", "Die Rolle"), leaf("Level", "Fehler"), leaf("Channel", "System"), leaf("Provider", "Schannel")],
    [["Culture", text("de-DE")]],
  );
  const id = Buffer.alloc(8);
  id.writeBigUInt64LE(139_034n);
  const { read } = readChunk(chunkOf([instance(1, event([system, rendering]), [[0x0a, id]])]));
  expect(read[0]).toMatchObject({
    recordId: 1n,
    fields: {
      EventRecordID: "139034",
      Channel: "System",
      Message: "Die Rolle",
      RenderingInfo_Culture: "de-DE",
      RenderingInfo_Level: "Fehler",
      RenderingInfo_Channel: "System",
      RenderingInfo_Provider: "Schannel",
    },
  });
  expect(JSON.parse(read[0]?.json ?? "")).toMatchObject({
    Event: {
      System: { EventRecordID: 139_034 },
      RenderingInfo: { "#attributes": { Culture: "de-DE" }, Message: "Die Rolle" },
    },
  });
  expect(read[0]?.xml).toContain('<RenderingInfo Culture="de-DE"><Message>Die Rolle</Message>');
});

test.each([
  [
    "one value a Data",
    [hole(0, 1), hole(1, 1), hole(2, 1)].map((one) => element("Data", [one])),
    ["b", "a", "c"].map((one) => [0x01, utf16(one)] as const),
  ],
  ["one Data for a list", [element("Data", [hole(0, 0x81)])], [[0x81, utf16("b\u0000a\u0000c\u0000")] as const]],
])("unnamed Data keep their order: %s", (_how, data, values) => {
  const { read } = readChunk(chunkOf([instance(1, event([element("EventData", data)]), values)]));
  expect(JSON.parse(read[0]?.json ?? "")).toEqual({ Event: { EventData: { Data: { "#text": ["b", "a", "c"] } } } });
  expect(read[0]?.xml).toBe("<Event><EventData><Data>b</Data><Data>a</Data><Data>c</Data></EventData></Event>");
});
