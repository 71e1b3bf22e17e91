import { isSame, WRITE_MARGIN } from "./bytes.ts";

/** For texts that are kept whole and are no value: names, and what stands in templates. */
export const WHOLE = 0;
/** Texts that are made of at most so many bytes are kept. */
const LONGEST = 128;
const SLOTS = 8_192;

/** The bytes that each slot has seen last, their type and number (0 for none), and the text that they stand for. A megabyte, and as much of texts. */
const bytes = new DataView(new ArrayBuffer(SLOTS * LONGEST + WRITE_MARGIN));
const keys = new Uint16Array(SLOTS);
const texts: string[] = new Array(SLOTS).fill("");

/**
 * The text of a value of this type (or `WHOLE`) and these bytes, if it is known. A log says the same few things (computers, channels, accounts) again and
 * again: comparing bytes takes a fraction of the time that making a text does.
 */
export function knownText(type: number, view: DataView, at: number, size: number): string | undefined {
  if (size > LONGEST || size === 0) return undefined;
  const slot = slotOf(view, at, size);
  if (keys[slot] !== keyOf(type, size)) return undefined;
  const from = slot * LONGEST;
  return isSame(bytes, from, from + size, view, at) ? texts[slot] : undefined;
}

export function keepText(type: number, view: DataView, at: number, size: number, text: string): void {
  if (size > LONGEST || size === 0) return;
  const slot = slotOf(view, at, size);
  const from = slot * LONGEST;
  for (let i = 0; i < size; i++) bytes.setInt8(from + i, view.getInt8(at + i));
  keys[slot] = keyOf(type, size);
  texts[slot] = text;
}

function keyOf(type: number, size: number): number {
  return (type << 8) | size;
}

/** By the first four bytes, four in the middle and the last four. */
function slotOf(view: DataView, at: number, size: number): number {
  if (size < 4) return view.getInt8(at) & 0xff;
  const first = view.getInt32(at);
  const middle = view.getInt32(at + ((size >> 1) & ~3));
  const last = view.getInt32(at + size - 4);
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(middle, 0x85ebca6b) ^ Math.imul(last, 0xc2b2ae35);
  return Math.imul(hash, 0x27d4eb2f) >>> 19;
}
