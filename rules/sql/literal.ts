const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/**
 * Text as ClickHouse's SQL has it between quotes (documentation, "String literals"). What is not seen, or would move the cursor of a terminal, is
 * written as its UTF-8 bytes, `\xE2\x80\xAE`; half of a surrogate pair as U+FFFD, as it is stored.
 */
export function textLiteral(text: string): string {
  const escaped = text
    .toWellFormed()
    .replace(/[\\']|[^\P{C}]|[\p{Zl}\p{Zp}]/gu, (character) => ESCAPES[character] ?? bytesOf(character));
  return `'${escaped}'`;
}

function bytesOf(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
