/** `size` bytes of UTF-16 as a text in which half a surrogate pair is U+FFFD. */
export function utf16Text(bytes: Buffer, at: number, size: number): string {
  return bytes.toString("utf16le", at, at + (size & ~1)).toWellFormed();
}

export function untilNul(text: string): string {
  const nul = text.indexOf("\0");
  return nul === -1 ? text : text.slice(0, nul);
}
