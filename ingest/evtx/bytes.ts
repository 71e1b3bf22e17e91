/**
 * Bytes to be left free at the end of a view that is written to: V8's Maglev takes a write into the last seven for one beyond the end, and never again
 * makes good code of that call.
 */
export const WRITE_MARGIN = 8;

/**
 * Whether the bytes from `from` up to `to` stand in `others` at `at`, where there must be room for them. Four at a time, and at the end
 * the last four once more.
 */
export function isSame(some: DataView, from: number, to: number, others: DataView, at: number): boolean {
  const shift = at - from;
  if (to - from < 4) return isSameShort(some, from, to, others, at);
  for (let i = from; i < to - 4; i += 4) if (some.getInt32(i) !== others.getInt32(i + shift)) return false;
  return some.getInt32(to - 4) === others.getInt32(to - 4 + shift);
}

/** Of fewer than four bytes: the first two, and the last one. */
function isSameShort(some: DataView, from: number, to: number, others: DataView, at: number): boolean {
  const size = to - from;
  if (size >= 2 && some.getInt16(from) !== others.getInt16(at)) return false;
  return (size & 1) === 0 || some.getInt8(to - 1) === others.getInt8(at + size - 1);
}

/** The bytes from `from` up to `to`, to be kept. */
export function copyOf(bytes: DataView, from: number, to: number): DataView {
  return new DataView(bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + to));
}
