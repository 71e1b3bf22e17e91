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
  if (!text.includes("\0")) pool[slot] = text;
  return text;
}

/** The same up to the first NUL. */
export function utf16UntilNul(bytes: Buffer, at: number, size: number): string {
  const length = size >> 1;
  if (length > 0 && length <= LONGEST) {
    // No text that is kept has a NUL, so there is none to be looked for.
    const known = pool[slotOf(bytes, at, length)];
    if (known !== undefined && isText(known, bytes, at, length)) return known;
  }
  return untilNul(utf16Text(bytes, at, size));
}

export function untilNul(text: string): string {
  const nul = text.indexOf("\0");
  return nul === -1 ? text : text.slice(0, nul);
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
