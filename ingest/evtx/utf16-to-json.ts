/** For each ASCII character 0 when it stands for itself, 1 when it is written \u00xx, else the letter behind the backslash. */
const ESCAPES = new Uint8Array(128).fill(1, 0, 32);
for (const [character, letter] of ["\bb", "\tt", "\nn", "\ff", "\rr", '""', "\\\\"])
  ESCAPES[(character ?? "").charCodeAt(0)] = (letter ?? "").charCodeAt(0);

/**
 * Writes UTF-16 as the inside of a JSON string in UTF-8: from `place.from` up to `end` or the first NUL, to `place.to`; both are moved on,
 * the former behind the NUL. Half a surrogate pair becomes U+FFFD. There must be room for three bytes for each of the text's.
 * Each view is of the same bytes as the array before it.
 *
 * Logs are ASCII nearly throughout: four units at a time are looked at, and written as one word, as long as none of them is
 * anything but a plain ASCII character.
 */
export function putUtf16(
  out: Uint8Array,
  outView: DataView,
  input: Uint8Array,
  inputView: DataView,
  end: number,
  place: { from: number; to: number },
): void {
  let { from, to } = place;
  while (from < end) {
    if (from + 8 <= end) {
      const first = inputView.getUint32(from, true);
      const second = inputView.getUint32(from + 4, true);
      if (((first | second) & 0xff80ff80) === 0) {
        const word = (first & 0x7f) | ((first >> 8) & 0x7f00) | ((second & 0x7f) << 16) | ((second & 0x7f0000) << 8);
        if (isPlain(word)) {
          outView.setUint32(to, word, true);
          from += 8;
          to += 4;
          continue;
        }
      }
    }
    const low = input[from] ?? 0;
    const unit = low | ((input[from + 1] ?? 0) << 8);
    from += 2;
    if (unit < 0x80) {
      const letter = ESCAPES[low] ?? 0;
      if (letter === 0) out[to++] = low;
      else if (low === 0) break;
      else to = putEscape(out, to, low, letter);
    } else if (unit < 0x800) {
      out[to++] = 0xc0 | (unit >> 6);
      out[to++] = 0x80 | (unit & 63);
    } else {
      let point = unit;
      if ((unit & 0xf800) === 0xd800) {
        const next = from + 2 <= end ? (input[from] ?? 0) | ((input[from + 1] ?? 0) << 8) : 0;
        if (unit < 0xdc00 && (next & 0xfc00) === 0xdc00) {
          point = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
          from += 2;
        } else point = 0xfffd;
      }
      if (point > 0xffff) {
        out[to++] = 0xf0 | (point >> 18);
        out[to++] = 0x80 | ((point >> 12) & 63);
      } else out[to++] = 0xe0 | (point >> 12);
      out[to++] = 0x80 | ((point >> 6) & 63);
      out[to++] = 0x80 | (point & 63);
    }
  }
  place.from = from;
  place.to = to;
}

/** Whether none of four ASCII characters is a control character, a quote or a backslash: a borrow into bit 7 tells which is. */
function isPlain(word: number): boolean {
  const below = word - 0x20202020;
  const quote = (word ^ 0x22222222) - 0x01010101;
  const backslash = (word ^ 0x5c5c5c5c) - 0x01010101;
  return ((below | quote | backslash) & 0x80808080) === 0;
}

function putEscape(out: Uint8Array, at: number, character: number, letter: number): number {
  out[at] = 0x5c;
  if (letter !== 1) {
    out[at + 1] = letter;
    return at + 2;
  }
  out[at + 1] = 0x75;
  out[at + 2] = 0x30;
  out[at + 3] = 0x30;
  out[at + 4] = 0x30 + (character >> 4);
  out[at + 5] = (character & 15) < 10 ? 0x30 + (character & 15) : 0x57 + (character & 15);
  return at + 6;
}
