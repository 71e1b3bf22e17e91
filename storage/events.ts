import { type EventRef, eventRef, type WindowsEvent } from "../model/event.ts";
import { eventColumns } from "./event-columns.ts";
import { insertRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** One event read out whole, to be kept or sent to another thread. */
export interface StoredEvent {
  readonly event: EventRef;
  /** Every field that has a value, identity aside; where a name comes more than once its values are numbered from 1: `Data1`, `Data2`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Adds events; one that is there already stays one, and under a token (see `insertRows`) is not even written. */
export async function writeEvents(
  store: Store,
  events: Iterable<StoredEvent> | AsyncIterable<StoredEvent>,
  token?: string,
): Promise<void> {
  await insertRows(store.client, "events", rowsOf(events), token);
}

export function storedEvent(event: WindowsEvent): StoredEvent {
  const values = new Map<string, string[]>();
  for (const [slot, name] of event.shape.fields.entries()) {
    const value = event.value(slot);
    if (value === undefined || IDENTITY.has(name)) continue;
    const known = values.get(name) ?? [];
    values.set(name, known.concat(value));
  }
  const fields = [...values].flatMap(([name, all]) =>
    all.map((value, index) => [all.length === 1 ? name : `${name}${index + 1}`, value] as const),
  );
  return { event: eventRef(event), fields: Object.fromEntries(fields) };
}

async function* rowsOf(events: Iterable<StoredEvent> | AsyncIterable<StoredEvent>): AsyncGenerator<object> {
  for await (const { event, fields } of events) yield { ...eventColumns(event), fields };
}

/** Fields that have columns of their own. */
const IDENTITY = new Set(["Computer", "Channel", "Provider_Name", "EventID", "EventRecordID", "TimeCreated"]);
