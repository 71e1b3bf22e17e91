/** For each ASCII character 0 when it stands for itself, else the letter behind the backslash: \u00xx unless there is a shorter way. */
const UNICODE = 0x75;
const ESCAPES = new Uint8Array(128).fill(UNICODE, 0, 32);
for (const [character, letter] of ["\bb", "\tt", "\nn", "\ff", "\rr", '""', "\\\\"])
  ESCAPES[(character ?? "").charCodeAt(0)] = (letter ?? "").charCodeAt(0);

/**
 * Writes UTF-16, from `start` up to `end` or the first NUL, as the inside of a JSON string in UTF-8 at `at`; returns where that ends.
 * Half a surrogate pair becomes U+FFFD. There must be room for three bytes for each of the text's.
 *
 * Logs are ASCII nearly throughout: four units at a time are looked at, and written as one word, as long as none of them is
 * anything but a plain ASCII character. The last four are the last group, whether or not some of them have been written before.
 */
export function putUtf16(out: DataView, at: number, input: DataView, start: number, end: number): number {
  let from = start;
  let to = at;
  while (from < end) {
    const group = Math.min(from, end - GROUP);
    const word = group < start ? NOT_PLAIN : plainGroup(input, group);
    if (word !== NOT_PLAIN) {
      to -= (from - group) >> 1;
      out.setInt32(to, word, true);
      from = group + GROUP;
      to += 4;
      continue;
    }
    for (const until = Math.min(end, from + GROUP); from < until; ) {
      const unit = input.getInt16(from, true) & 0xffff;
      if (unit === 0) return to;
      from += 2;
      if (unit < 0x80) to = putAscii(out, to, unit);
      else if ((unit & 0xf800) !== 0xd800) to = putUnit(out, to, unit);
      else {
        const low = from < end ? input.getInt16(from, true) & 0xffff : 0;
        if (unit < 0xdc00 && (low & 0xfc00) === 0xdc00) {
          to = putPair(out, to, 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
          from += 2;
        } else to = putUnit(out, to, 0xfffd);
      }
    }
  }
  return to;
}

/** Of Windows-1252, what is not as in Latin-1: 0x80 to 0x9f. */
const ABOVE_ASCII = Uint16Array.from({ length: 32 }, (_, i) =>
  new TextDecoder("windows-1252").decode(Uint8Array.of(0x80 + i)).charCodeAt(0),
);

/** As `putUtf16`, of Windows-1252: with room for six bytes for each of the text's. */
export function putAnsi(out: DataView, at: number, input: DataView, start: number, end: number): number {
  let to = at;
  for (let from = start; from < end; ) {
    const word = from + 4 <= end ? input.getInt32(from, true) : NOT_PLAIN;
    if ((word & 0x80808080) === 0 && isPlain(word)) {
      out.setInt32(to, word, true);
      from += 4;
      to += 4;
      continue;
    }
    for (const until = Math.min(end, from + 4); from < until; from++) {
      const character = input.getInt8(from) & 0xff;
      if (character === 0) return to;
      to =
        character < 0x80 ? putAscii(out, to, character) : putUnit(out, to, ABOVE_ASCII[character - 0x80] ?? character);
    }
  }
  return to;
}

/** Bytes of four units. */
const GROUP = 8;
/** Instead of a word: it has NULs, which are not plain. */
const NOT_PLAIN = 0;

/** Four units as four characters, when all of them are plain. */
function plainGroup(input: DataView, from: number): number {
  const first = input.getInt32(from, true);
  const second = input.getInt32(from + 4, true);
  if (((first | second) & ~0x7f007f) !== 0) return NOT_PLAIN;
  const word = ((first | (first >> 8)) & 0xffff) | ((second | (second >> 8)) << 16);
  return isPlain(word) ? word : NOT_PLAIN;
}

/** Whether none of four ASCII characters is a control character, a quote or a backslash: a borrow into bit 7 tells which is. */
function isPlain(word: number): boolean {
  // With bit 1 turned over a quote, too, is below 0x21, and a blank is not.
  const belowOrQuote = (word ^ 0x02020202) - 0x21212121;
  const backslash = (word ^ 0x5c5c5c5c) - 0x01010101;
  return ((belowOrQuote | backslash) & 0x80808080) === 0;
}

function putAscii(out: DataView, at: number, character: number): number {
  const letter = ESCAPES[character] ?? 0;
  if (letter !== 0) return putEscape(out, at, character, letter);
  out.setInt8(at, character);
  return at + 1;
}

function putEscape(out: DataView, at: number, character: number, letter: number): number {
  out.setInt8(at, 0x5c);
  out.setInt8(at + 1, letter);
  if (letter !== UNICODE) return at + 2;
  out.setInt16(at + 2, 0x3030, true);
  out.setInt8(at + 4, 0x30 + (character >> 4));
  out.setInt8(at + 5, (character & 15) + ((character & 15) < 10 ? 0x30 : 0x57));
  return at + 6;
}

/** A unit beyond ASCII that is no half of a pair. */
function putUnit(out: DataView, at: number, unit: number): number {
  if (unit < 0x800) {
    out.setInt8(at, 0xc0 | (unit >> 6));
    out.setInt8(at + 1, 0x80 | (unit & 63));
    return at + 2;
  }
  out.setInt8(at, 0xe0 | (unit >> 12));
  out.setInt8(at + 1, 0x80 | ((unit >> 6) & 63));
  out.setInt8(at + 2, 0x80 | (unit & 63));
  return at + 3;
}

function putPair(out: DataView, at: number, point: number): number {
  out.setInt8(at, 0xf0 | (point >> 18));
  out.setInt8(at + 1, 0x80 | ((point >> 12) & 63));
  out.setInt8(at + 2, 0x80 | ((point >> 6) & 63));
  out.setInt8(at + 3, 0x80 | (point & 63));
  return at + 4;
}
