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

export type SlotValue = ReturnType<WindowsEvent["value"]>;

/**
 * One event as rules read it: each value is decoded once an event, not once a rule. One object for all events, one after the other: what it keeps of an event
 * stands beside the event's number.
 */
export class EventText {
  /** No two events have the same: what was worked out for this event is known by it. */
  number = 0;
  #event: WindowsEvent | undefined;
  #columns: ShapeColumns | undefined;
  /** By column. */
  readonly #values: (readonly TextValue[] | undefined)[] = [];
  readonly #valuesOf: number[] = [];
  #everything: readonly TextValue[] | undefined;
  #everythingOf = 0;

  moved(event: WindowsEvent, columns: ShapeColumns): void {
    this.number++;
    this.#event = event;
    this.#columns = columns;
  }

  /** The values of a column; undefined when the event has none. */
  values(column: number): readonly TextValue[] | undefined {
    if (this.#valuesOf[column] !== this.number) {
      this.#values[column] = this.#read(this.#columns?.field(column) ?? null);
      this.#valuesOf[column] = this.number;
    }
    return this.#values[column];
  }

  #read(field: Field | null): readonly TextValue[] | undefined {
    const event = this.#event;
    if (field === null || event === undefined) return undefined;
    const [slot, ...more] = field.slots;
    const isSingle = slot !== undefined && more.length === 0 && field.position === undefined;
    return textValues(isSingle ? event.value(slot) : readAll(event, field));
  }

  /** How many slots the event has. */
  get slots(): number {
    return this.#columns?.shape.fields.length ?? 0;
  }

  /** What the event has in a slot. */
  slot(number: number): SlotValue {
    return this.#event?.value(number);
  }

  /** Whether what is in a slot is known to be made of the characters of `CODE` alone. */
  isCode(number: number): boolean {
    return this.#event?.isCode?.(number) === true;
  }

  /** Every value of every field; undefined when the event has none. */
  everything(): readonly TextValue[] | undefined {
    if (this.#everythingOf !== this.number) {
      const all = Array.from({ length: this.slots }, (_, slot) => textValues(this.slot(slot)) ?? []).flat();
      this.#everything = all.length === 0 ? undefined : all;
      this.#everythingOf = this.number;
    }
    return this.#everything;
  }
}

function textValues(value: SlotValue): readonly TextValue[] | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return [new TextValue(value)];
  const values: TextValue[] = [];
  for (const raw of value) values.push(new TextValue(raw));
  return values.length === 0 ? undefined : values;
}
