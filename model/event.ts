import type { Field, Shape } from "./shape.ts";
import { sharedText } from "./shared-text.ts";
import type { Ticks } from "./ticks.ts";

/**
 * One Windows event, whatever road it came by: a shape and its values, each decoded when it is asked for.
 * A reader may use one object again for its next event: what is to outlive the turn of the loop must be read out of it (`read`, `eventRef`).
 */
export interface WindowsEvent {
  readonly shape: Shape;
  /** `System/TimeCreated`, 0n when the event has none. */
  readonly time: Ticks;
  /**
   * The text of one slot as Windows' own XML has it (numbers in decimal unless declared hex, GUIDs in braces, times in ISO 8601);
   * a list when the slot holds an array or the element occurs repeatedly; undefined when the value is absent.
   */
  value(slot: number): string | readonly string[] | undefined;
  /** Whether the text of a slot, if there is one, is a number, a time, a GUID or a SID: made of `CODE` alone. A reader that does not know leaves it out. */
  isCode?(slot: number): boolean;
}

/** The characters of numbers, times, GUIDs and SIDs, in lower case; also those of a time that no date can say (`FILETIME 9…`). */
export const CODE = /^[\da-fx{}:.+\-tzs ilm]*$/;

/** All values of a field in document order; empty when it is absent. */
export function readAll(event: Pick<WindowsEvent, "value">, field: Field): readonly string[] {
  const found: string[] = [];
  for (const slot of field.slots) {
    const value = event.value(slot);
    if (typeof value === "string") found.push(value);
    else if (value !== undefined) found.push(...value);
  }
  if (field.position === undefined) return found;
  const one = found[field.position];
  return one === undefined ? [] : [one];
}

/** The first value of the named field; undefined when it is absent. */
export function readFirst(event: WindowsEvent, name: string): string | undefined {
  const field = event.shape.field(name);
  return field === undefined ? undefined : readAll(event, field)[0];
}

/** What tells one event from every other: the same event that arrives twice, by two roads, has the same. */
export interface EventRef {
  readonly computer: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  /** `System/EventRecordID`: the number the source gave it. */
  readonly recordId: bigint;
  readonly time: Ticks;
}

/** Copies an event's identity out of it; fields that the event has not are empty or 0. */
export function eventRef(event: WindowsEvent): EventRef {
  const { computer, channel, provider, eventId } = event.shape.identity;
  return {
    computer: sharedText(textAt(event, computer) ?? ""),
    channel: sharedText(textAt(event, channel) ?? ""),
    provider: sharedText(textAt(event, provider) ?? ""),
    eventId: Number(digitsOf(textAt(event, eventId))),
    recordId: recordIdOf(event),
    time: event.time,
  };
}

/** `System/EventRecordID`; 0 when the event has none. */
export function recordIdOf(event: WindowsEvent): bigint {
  const digits = digitsOf(textAt(event, event.shape.identity.recordId));
  // By way of a number, which holds 15 digits, is several times faster.
  return digits.length <= 15 ? BigInt(Number(digits)) : BigInt(digits);
}

/** The first value in a slot; undefined when there is none. */
export function textAt(event: WindowsEvent, slot: number | undefined): string | undefined {
  const value = slot === undefined ? undefined : event.value(slot);
  return typeof value === "string" ? value : value?.[0];
}

function digitsOf(text: string | undefined): string {
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : "0";
}

/**
 * Order in time; within one computer and channel, events of the same time are in the order of their EventRecordID.
 * Ties between others are broken by name so that sorting is deterministic; they say nothing about which came first.
 */
export function compareEvents(a: EventRef, b: EventRef): number {
  return (
    compare(a.time, b.time) ||
    compare(a.computer.toLowerCase(), b.computer.toLowerCase()) ||
    compare(a.channel, b.channel) ||
    compare(a.recordId, b.recordId) ||
    compare(a.provider, b.provider)
  );
}

/**
 * Whether one certainly came before the other: by time, or by the record numbers of one computer's channel. Of two events of which neither did (other
 * computer, other channel, no record number, the very same event) nobody knows, and they count as ordered either way.
 */
export function isBefore(a: EventRef, b: EventRef): boolean {
  if (a.time !== b.time) return a.time < b.time;
  return (
    a.recordId !== 0n &&
    a.recordId < b.recordId &&
    a.channel === b.channel &&
    a.computer.toLowerCase() === b.computer.toLowerCase()
  );
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
