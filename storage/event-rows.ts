import { type EventRef, eventRef, type WindowsEvent } from "../model/event.ts";
import { IDENTITY, type Shape } from "../model/shape.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { LowCardinality } from "./low-cardinality.ts";

/** Where the values of one shape go. */
interface Plan {
  /** The fields that have no column of their own; `encoded` is the name's length and UTF-8. */
  readonly fields: readonly { readonly slot: number; readonly name: string; readonly encoded: Buffer }[];
  /** All their names. */
  readonly names: Buffer;
  /** Whether a name comes more than once, so that its values must be numbered. */
  readonly isNumbered: boolean;
}

const plans = new WeakMap<Shape, Plan>();

/** Rows that can cross threads. */
export interface EncodedRows {
  readonly count: number;
  /** Put together, blocks of the format Native, one behind the other. */
  readonly pieces: readonly Uint8Array[];
}

/**
 * Rows of the table `events` as blocks of ClickHouse's format Native (documentation, "Native format"), which the engine inserts in two thirds of the time
 * that it takes for rows: column by column, each with its name and type, numbers little-endian, a text as its length (LEB128) and UTF-8, maps as where
 * each one ends, then all keys, then all values. `fields` has every field beside the identity that has a value; where a
 * name comes more than once its values are numbered from 1: `Data1`, `Data2`. What data has beside System's own of a name counts on from there: `Channel2`.
 */
export class EventRows {
  readonly #computers = new LowCardinality();
  readonly #channels = new LowCardinality();
  readonly #providers = new LowCardinality();
  readonly #eventIds = new GrowingBytes();
  readonly #recordIds = new GrowingBytes();
  readonly #times = new GrowingBytes();
  /** How many fields the rows have up to and with each. */
  readonly #ends = new GrowingBytes();
  readonly #names = new GrowingBytes();
  readonly #values = new GrowingBytes();
  readonly #columns: readonly { readonly name: string; readonly type: string; readonly parts: readonly Part[] }[] = [
    { name: "Computer", type: "LowCardinality(String)", parts: [this.#computers] },
    { name: "Channel", type: "LowCardinality(String)", parts: [this.#channels] },
    { name: "Provider", type: "LowCardinality(String)", parts: [this.#providers] },
    { name: "EventID", type: "UInt32", parts: [this.#eventIds] },
    { name: "EventRecordID", type: "UInt64", parts: [this.#recordIds] },
    { name: "TimeCreatedTicks", type: "Int128", parts: [this.#times] },
    { name: "fields", type: "Map(String, String)", parts: [this.#ends, this.#names, this.#values] },
  ];
  readonly #blocks = new GrowingBytes();
  #count = 0;
  /** Of the block that is not finished: how many rows, and how many fields these have. */
  #rows = 0;
  #fields = 0;

  /** What was added until now; its bytes are true until `clear`. */
  get rows(): EncodedRows {
    this.#finishBlock();
    return { count: this.#count, pieces: [this.#blocks.bytes] };
  }

  /** Begins anew in the same memory. */
  clear(): void {
    this.#finishBlock();
    this.#blocks.clear();
    this.#count = 0;
  }

  add(event: WindowsEvent, ref: EventRef = eventRef(event)): void {
    this.#identity(ref);
    this.#fields += this.#plainFields(event) ?? this.#numberedFields(event);
    this.#ends.uint64(BigInt(this.#fields));
    this.#rows++;
    this.#count++;
    if (this.#rows >= BLOCK.rows || this.#values.length >= BLOCK.bytes) this.#finishBlock();
  }

  #finishBlock(): void {
    if (this.#rows === 0) return;
    this.#blocks.varint(this.#columns.length);
    this.#blocks.varint(this.#rows);
    for (const { name, type, parts } of this.#columns) {
      this.#blocks.text(name);
      this.#blocks.text(type);
      for (const part of parts) {
        part.writeTo(this.#blocks);
        part.clear();
      }
    }
    this.#rows = 0;
    this.#fields = 0;
  }

  #identity({ computer, channel, provider, eventId, recordId, time }: EventRef): void {
    this.#computers.add(computer);
    this.#channels.add(channel);
    this.#providers.add(provider);
    // Numbers that no Windows event can have, but hostile text can, are held at what the columns can hold.
    this.#eventIds.uint32(Math.min(eventId, 0xffff_ffff));
    this.#recordIds.uint64(recordId > MAX_UINT64 ? MAX_UINT64 : recordId);
    this.#times.uint64(BigInt.asUintN(64, time));
    this.#times.uint64(BigInt.asUintN(64, time >> 64n));
  }

  /**
   * The way of most events: a text with a character for each byte, written in one go, which is several times faster than to write each value.
   *
   * @returns how many fields there are; undefined, with nothing written, when a name comes more than once or a value is not ASCII
   */
  #plainFields(event: WindowsEvent): number | undefined {
    const { fields, names, isNumbered } = planOf(event.shape);
    if (isNumbered) return undefined;
    let values = "";
    let high = 0;
    let count = 0;
    for (const { slot } of fields) {
      const value = event.value(slot);
      if (value === undefined) continue;
      if (typeof value !== "string") return undefined;
      let length = value.length;
      for (; length >= 0x80; length >>>= 7) {
        values += BYTES[(length & 0x7f) | 0x80];
        high++;
      }
      values += BYTES[length] + value;
      count++;
    }
    // Each byte from 0x80 on takes two in UTF-8: where there are more of these than were put here, a value has some.
    if (Buffer.byteLength(values) !== values.length + high) return undefined;
    this.#values.latin1(values);
    if (count === fields.length) this.#names.append(names);
    else for (const { slot, encoded } of fields) if (event.value(slot) !== undefined) this.#names.append(encoded);
    return count;
  }

  #numberedFields(event: WindowsEvent): number {
    const fields = numberedFields(event);
    for (const [name, value] of fields) {
      this.#names.text(name);
      this.#values.text(value);
    }
    return fields.length;
  }
}

/** The engine holds a whole block: of so many rows at most, and of no more when their values come to so many bytes. */
const BLOCK = { rows: 65_536, bytes: 16 << 20 };

/** What a column is made of. */
interface Part {
  writeTo(blocks: GrowingBytes): void;
  clear(): void;
}

function planOf(shape: Shape): Plan {
  let plan = plans.get(shape);
  if (plan === undefined) {
    const bytes = new GrowingBytes();
    const own = new Map([...IDENTITY].map((name) => [name, shape.field(name)?.slots[0]]));
    const fields = shape.fields.flatMap((given, slot) => {
      const ownSlot = own.get(given.toLowerCase());
      if (slot === ownSlot) return [];
      // Written as System's own, with which it is numbered.
      const name = ownSlot === undefined ? given : (shape.fields[ownSlot] ?? given);
      bytes.clear();
      bytes.text(name);
      return [{ slot, name, encoded: Buffer.from(bytes.bytes) }];
    });
    plan = {
      fields,
      names: Buffer.concat(fields.map((field) => field.encoded)),
      isNumbered:
        new Set(fields.map(({ name }) => name)).size < fields.length ||
        fields.some(({ name }) => IDENTITY.has(name.toLowerCase())),
    };
    plans.set(shape, plan);
  }
  return plan;
}

function numberedFields(event: WindowsEvent): readonly (readonly [name: string, value: string])[] {
  const values = new Map<string, string[]>();
  for (const { slot, name } of planOf(event.shape).fields) {
    const value = event.value(slot);
    if (value !== undefined) values.set(name, (values.get(name) ?? []).concat(value));
  }
  return [...values].flatMap(([name, all]) => {
    const first = IDENTITY.has(name.toLowerCase()) ? 2 : 1;
    return all.map((value, at) => [all.length === 1 && first === 1 ? name : `${name}${at + first}`, value] as const);
  });
}

/** A character for each byte. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const MAX_UINT64 = 2n ** 64n - 1n;
