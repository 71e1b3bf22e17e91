/** Texts of at most so many units are looked up. */
const LONGEST = 64;
const SLOTS = 8_192;
/** The text that each slot has seen last; a megabyte at the most. */
const pool: (string | undefined)[] = new Array(SLOTS).fill(undefined);

/**
 * `size` bytes of UTF-16 as a text in which half a surrogate pair is U+FFFD. A log says the same few things (names, computers, channels,
 * providers) again and again: comparing bytes with a text already made takes a fraction of the time that making one does.
 */
export function utf16Text(bytes: Buffer, at: number, size: number): string {
  const length = size >> 1;
  if (length === 0) return "";
  if (length > LONGEST) return decode(bytes, at, length);
  const slot = slotOf(bytes, at, length);
  const known = pool[slot];
  if (known !== undefined && isText(known, bytes, at, length)) return known;
  const text = decode(bytes, at, length);
  pool[slot] = text;
  return text;
}

/** By the length and three of the characters. */
function slotOf(bytes: Buffer, at: number, length: number): number {
  const middle = bytes[at + (length & ~1)] ?? 0;
  const last = bytes[at + 2 * length - 2] ?? 0;
  return (length + 37 * (bytes[at] ?? 0) + 331 * last + 1109 * middle) % SLOTS;
}

function isText(text: string, bytes: Buffer, at: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0, from = at; i < length; i++, from += 2)
    if (text.charCodeAt(i) !== ((bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8))) return false;
  return true;
}

function decode(bytes: Buffer, at: number, length: number): string {
  return bytes.toString("utf16le", at, at + 2 * length).toWellFormed();
}
