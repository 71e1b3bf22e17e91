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

/** The fields that rules read of one shape, numbered in the order in which they are first asked for. */
export class Columns {
  readonly #shape: Shape;
  readonly #numbers = new Map<string, number>();
  readonly fields: Field[] = [];

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  /** The column of the named field; undefined when the shape has no such field. */
  numberOf(name: string): number | undefined {
    const key = name.toLowerCase();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const field = this.#shape.field(name);
    if (field === undefined) return undefined;
    this.#numbers.set(key, this.fields.length);
    return this.fields.push(field) - 1;
  }
}

/** One event as rules read it: each field is decoded once an event, not once a rule. */
export class EventText {
  readonly #event: WindowsEvent;
  readonly #columns: Columns;
  readonly #values: (readonly TextValue[] | undefined)[] = [];
  #everything: readonly TextValue[] | undefined;

  constructor(event: WindowsEvent, columns: Columns) {
    this.#event = event;
    this.#columns = columns;
  }

  /** The values of a column; empty when the event has none. */
  values(column: number): readonly TextValue[] {
    const known = this.#values[column];
    if (known !== undefined) return known;
    const field = this.#columns.fields[column];
    const values = field === undefined ? [] : readAll(this.#event, field).map((raw) => new TextValue(raw));
    this.#values[column] = values;
    return values;
  }

  /** Every value of every field. */
  everything(): readonly TextValue[] {
    if (this.#everything === undefined) {
      const slots = this.#event.shape.fields.map((_, slot) => slot);
      this.#everything = readAll(this.#event, { slots, position: undefined }).map((raw) => new TextValue(raw));
    }
    return this.#everything;
  }
}
