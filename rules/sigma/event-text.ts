import { readAll, type WindowsEvent } from "../../model/event.ts";
import type { Field, Shape } from "../../model/shape.ts";

/** One value of an event, put into lower case once, and only when a test asks for it. */
export class TextValue {
  readonly raw: string;
  #lower: string | undefined;

  constructor(raw: string) {
    this.raw = raw;
  }

  get lower(): string {
    this.#lower ??= this.raw.toLowerCase();
    return this.#lower;
  }
}

/** The fields that rules read, numbered in the order in which they are first asked for, whatever their case. */
export class Columns {
  readonly #numbers = new Map<string, number>();
  readonly names: string[] = [];

  numberOf(name: string): number {
    const key = name.toLowerCase();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.names.length);
    return this.names.push(key) - 1;
  }
}

/** Where the events of one shape have each column; looked up when it is first asked for, for columns may still be added. */
export class ShapeColumns {
  readonly shape: Shape;
  readonly #columns: Columns;
  /** Null where the shape has no such field. */
  readonly #fields: (Field | null | undefined)[] = [];

  constructor(shape: Shape, columns: Columns) {
    this.shape = shape;
    this.#columns = columns;
  }

  field(column: number): Field | null {
    const known = this.#fields[column];
    if (known !== undefined) return known;
    const name = this.#columns.names[column];
    const field = (name === undefined ? undefined : this.shape.field(name)) ?? null;
    this.#fields[column] = field;
    return field;
  }
}

const NOTHING: readonly TextValue[] = Object.freeze([]);
let events = 0;

/** One event as rules read it: each field is decoded once an event, not once a rule. */
export class EventText {
  /** No two have the same: what was worked out for this event is known by it. */
  readonly number = ++events;
  readonly #event: WindowsEvent;
  readonly #columns: ShapeColumns;
  readonly #values: (readonly TextValue[] | undefined)[] = [];
  #everything: readonly TextValue[] | undefined;

  constructor(event: WindowsEvent, columns: ShapeColumns) {
    this.#event = event;
    this.#columns = columns;
  }

  /** The values of a column; empty when the event has none. */
  values(column: number): readonly TextValue[] {
    const known = this.#values[column];
    if (known !== undefined) return known;
    const values = this.#read(this.#columns.field(column));
    this.#values[column] = values;
    return values;
  }

  #read(field: Field | null): readonly TextValue[] {
    if (field === null) return NOTHING;
    const [slot, ...more] = field.slots;
    if (slot !== undefined && more.length === 0 && field.position === undefined) {
      const value = this.#event.value(slot);
      if (typeof value === "string") return [new TextValue(value)];
      if (value === undefined) return NOTHING;
    }
    return readAll(this.#event, field).map((raw) => new TextValue(raw));
  }

  /** Every value of every field. */
  everything(): readonly TextValue[] {
    this.#everything ??= everyValue(this.#event);
    return this.#everything;
  }
}

function everyValue(event: WindowsEvent): readonly TextValue[] {
  const values: TextValue[] = [];
  for (let slot = 0; slot < event.shape.fields.length; slot++) {
    const value = event.value(slot);
    if (typeof value === "string") values.push(new TextValue(value));
    else if (value !== undefined) for (const one of value) values.push(new TextValue(one));
  }
  return values;
}
