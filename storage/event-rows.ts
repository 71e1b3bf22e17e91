import { type EventRef, eventRef, type WindowsEvent } from "../model/event.ts";
import { IDENTITY, type Shape } from "../model/shape.ts";

/** Where the values of one shape go. */
interface Plan {
  /** The fields that have no column of their own; `encoded` is the name as RowBinary has it, a character a byte, of which some are no ASCII. */
  readonly fields: readonly {
    readonly slot: number;
    readonly name: string;
    readonly encoded: string;
    readonly highBytes: number;
  }[];
  /** Whether a name comes more than once, so that its values must be numbered. */
  readonly isNumbered: boolean;
}

const plans = new WeakMap<Shape, Plan>();

/** Rows that can cross threads. */
export interface EncodedRows {
  readonly count: number;
  /** Put together, the rows one behind the other. */
  readonly pieces: readonly Uint8Array[];
}

/** The columns that `EventRows` writes, in this order. */
export const EVENT_COLUMNS = "Computer, Channel, Provider, EventID, EventRecordID, TimeCreatedTicks, fields";

/**
 * Rows of the table `events` as bytes, in ClickHouse's format RowBinary (documentation, "Input and output formats"): numbers little-endian, a text
 * as its length (LEB128) and UTF-8, a map as its length, its keys and values. `fields` has every field beside the identity that has a value; where a
 * name comes more than once its values are numbered from 1: `Data1`, `Data2`. What data has beside System's own of a name counts on from there: `Channel2`.
 */
export class EventRows {
  #buffer = Buffer.allocUnsafe(1 << 16);
  #at = 0;
  #count = 0;

  /** What was added until now; its bytes are true until `clear`. */
  get rows(): EncodedRows {
    return { count: this.#count, pieces: [this.#buffer.subarray(0, this.#at)] };
  }

  /** Begins anew in the same memory. */
  clear(): void {
    this.#at = 0;
    this.#count = 0;
  }

  add(event: WindowsEvent, ref: EventRef = eventRef(event)): void {
    this.#identity(ref);
    if (!this.#plainFields(event)) this.#numberedFields(event);
    this.#count++;
  }

  #identity({ computer, channel, provider, eventId, recordId, time }: EventRef): void {
    this.#text(computer);
    this.#text(channel);
    this.#text(provider);
    this.#reserve(28);
    // Numbers that no Windows event can have, but hostile text can, are held at what the columns can hold.
    this.#at = this.#buffer.writeUInt32LE(Math.min(eventId, 0xffff_ffff), this.#at);
    this.#at = this.#buffer.writeBigUInt64LE(recordId > MAX_UINT64 ? MAX_UINT64 : recordId, this.#at);
    this.#at = this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, time), this.#at);
    this.#at = this.#buffer.writeBigInt64LE(BigInt.asIntN(64, time >> 64n), this.#at);
  }

  /**
   * The way of most events: a text with a character for each byte, written in one go, which is several times faster than to write each value.
   *
   * @returns false, with nothing written, when a name comes more than once or a value is not ASCII
   */
  #plainFields(event: WindowsEvent): boolean {
    const { fields, isNumbered } = planOf(event.shape);
    if (isNumbered) return false;
    let row = "";
    let high = 0;
    let count = 0;
    for (const { slot, encoded, highBytes } of fields) {
      const value = event.value(slot);
      if (value === undefined) continue;
      if (typeof value !== "string") return false;
      row += encoded;
      high += highBytes;
      let length = value.length;
      for (; length >= 0x80; length >>>= 7) {
        row += BYTES[(length & 0x7f) | 0x80];
        high++;
      }
      row += BYTES[length] + value;
      count++;
    }
    // Each byte from 0x80 on takes two in UTF-8: where there are more of these than were put here, a value has some.
    if (Buffer.byteLength(row) !== row.length + high) return false;
    this.#reserve(row.length + 2);
    this.#twoByteLength(count, this.#at);
    this.#at += 2 + this.#buffer.write(row, this.#at + 2, "latin1");
    return true;
  }

  #numberedFields(event: WindowsEvent): void {
    const fields = numberedFields(event);
    this.#reserve(2);
    this.#twoByteLength(fields.length, this.#at);
    this.#at += 2;
    for (const [name, value] of fields) {
      this.#text(name);
      this.#text(value);
    }
  }

  /** A length that is not known yet is left two bytes of room, which LEB128 lets be: an event has no more than 16,383 fields. */
  #twoByteLength(length: number, at: number): void {
    this.#buffer[at] = (length & 0x7f) | 0x80;
    this.#buffer[at + 1] = length >> 7;
  }

  /** Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD. */
  #text(text: string): void {
    const most = text.length * 3;
    this.#reserve(most + 5);
    if (most < 0x80) {
      const length = this.#buffer.write(text, this.#at + 1);
      this.#buffer[this.#at] = length;
      this.#at += 1 + length;
      return;
    }
    let length = Buffer.byteLength(text);
    for (; length >= 0x80; length >>>= 7) this.#buffer[this.#at++] = (length & 0x7f) | 0x80;
    this.#buffer[this.#at++] = length;
    this.#at += this.#buffer.write(text, this.#at);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

function planOf(shape: Shape): Plan {
  let plan = plans.get(shape);
  if (plan === undefined) {
    const own = new Map([...IDENTITY].map((name) => [name, shape.field(name)?.slots[0]]));
    const fields = shape.fields.flatMap((given, slot) => {
      const ownSlot = own.get(given.toLowerCase());
      if (slot === ownSlot) return [];
      // Written as System's own, with which it is numbered.
      const name = ownSlot === undefined ? given : (shape.fields[ownSlot] ?? given);
      return [{ slot, name, ...encoded(name) }];
    });
    plan = {
      fields,
      isNumbered:
        fields.length > MOST_FIELDS ||
        new Set(fields.map(({ name }) => name)).size < fields.length ||
        fields.some(({ name }) => IDENTITY.has(name.toLowerCase())),
    };
    plans.set(shape, plan);
  }
  return plan;
}

function encoded(name: string): { readonly encoded: string; readonly highBytes: number } {
  const text = Buffer.from(name);
  const length: number[] = [];
  let left = text.length;
  for (; left >= 0x80; left >>>= 7) length.push((left & 0x7f) | 0x80);
  const bytes = Buffer.concat([Buffer.from([...length, left]), text]);
  return { encoded: bytes.toString("latin1"), highBytes: bytes.filter((byte) => byte >= 0x80).length };
}

function numberedFields(event: WindowsEvent): readonly (readonly [name: string, value: string])[] {
  const values = new Map<string, string[]>();
  for (const { slot, name } of planOf(event.shape).fields) {
    const value = event.value(slot);
    if (value !== undefined) values.set(name, (values.get(name) ?? []).concat(value));
  }
  return [...values]
    .flatMap(([name, all]) => {
      const first = IDENTITY.has(name.toLowerCase()) ? 2 : 1;
      return all.map((value, at) => [all.length === 1 && first === 1 ? name : `${name}${at + first}`, value] as const);
    })
    .slice(0, MOST_FIELDS);
}

/** A character for each byte. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const MOST_FIELDS = 0x3fff;
const MAX_UINT64 = 2n ** 64n - 1n;
