import fc from "fast-check";
import { expect, test } from "vitest";
import type { WindowsEvent } from "../../model/event.ts";
import { Shape } from "../../model/shape.ts";
import { eventRow } from "../../storage/event-row.ts";

const text = fc.string({ unit: "binary" });
const name = fc.oneof(fc.constantFrom("Data", "Param", "Computer", "EventID", "Provider_Name"), fc.string());
const event = fc
  .array(fc.record({ name, value: fc.oneof({ weight: 4, arbitrary: text }, fc.constant(undefined), fc.array(text)) }))
  .map(
    (fields): WindowsEvent => ({
      shape: new Shape(fields.map((field) => field.name)),
      time: 7n,
      value: (slot) => fields[slot]?.value,
    }),
  );

/** The same, plainly: every value under its name, numbered where the name comes again. */
function plainFields({ shape, value }: WindowsEvent): Record<string, string> {
  const columns = ["Computer", "Channel", "Provider_Name", "EventID", "EventRecordID", "TimeCreated"];
  const all = new Map<string, string[]>();
  for (const [slot, field] of shape.fields.entries())
    if (!columns.includes(field)) all.set(field, [...(all.get(field) ?? []), ...[value(slot) ?? []].flat()]);
  const named = [...all].flatMap(([field, values]) =>
    values.length === 1 ? [[field, values[0]]] : values.map((one, index) => [`${field}${index + 1}`, one]),
  );
  return Object.fromEntries(named);
}

test("the row of any event is JSON that holds all of its values, and nothing that ClickHouse refuses", () => {
  fc.assert(
    fc.property(event, (given) => {
      const row = JSON.parse(eventRow(given));
      expect(row.TimeCreatedTicks).toBe("7");
      expect(row.fields).toEqual(
        JSON.parse(
          JSON.stringify(plainFields(given)).replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, "$1\\ufffd"),
        ),
      );
      expect(eventRow(given).isWellFormed()).toBe(true);
    }),
    { numRuns: 500 },
  );
});
