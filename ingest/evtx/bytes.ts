/**
 * Whether the bytes from `from` up to `to` stand in `others` at `at`, where there must be room for them. Four at a time, and at the end
 * the last four once more.
 */
export function isSame(some: DataView, from: number, to: number, others: DataView, at: number): boolean {
  const shift = at - from;
  if (to - from < 4) {
    for (let i = from; i < to; i++) if (some.getUint8(i) !== others.getUint8(i + shift)) return false;
    return true;
  }
  for (let i = from; i < to - 4; i += 4) if (some.getInt32(i) !== others.getInt32(i + shift)) return false;
  return some.getInt32(to - 4) === others.getInt32(to - 4 + shift);
}

/** The bytes from `from` up to `to`, to be kept. */
export function copyOf(bytes: DataView, from: number, to: number): DataView {
  return new DataView(bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + to));
}
