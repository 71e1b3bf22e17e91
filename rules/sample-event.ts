import type { WindowsEvent } from "../model/event.ts";
import { Shape } from "../model/shape.ts";
import { ticksFromIso } from "../model/ticks.ts";
import { UserError } from "../model/user-error.ts";

/** Sigma's field name → value; a list is a field that occurs as often (`Data: [a, b]` are two unnamed `<Data>`). */
export type SampleFields = Readonly<Record<string, string | readonly string[]>>;

/**
 * Builds an event from what a person would write of it. `TimeCreated` in ISO 8601 is its time.
 *
 * @throws UserError when `TimeCreated` is no time
 */
export function eventFromFields(fields: SampleFields): WindowsEvent {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((one): readonly [string, string] => [name, one]),
  );
  const time = pairs.find(([name]) => name === "TimeCreated")?.[1];
  const ticks = time === undefined ? 0n : ticksFromIso(time);
  if (ticks === undefined) throw new UserError(`TimeCreated "${time}" is no time; write 2026-01-31T23:59:59.1234567Z.`);
  return {
    shape: new Shape(pairs.map(([name]) => name)),
    time: ticks,
    value: (slot) => pairs[slot]?.[1],
  };
}
