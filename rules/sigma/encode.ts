import type { Utf16 } from "./modifiers.ts";

/** The bytes of a text in UTF-16, with a byte order mark where the modifier is `utf16`, else in UTF-8. */
function bytesOf(text: string, utf16: Utf16 | undefined): Buffer {
  switch (utf16) {
    case undefined:
      return Buffer.from(text, "utf8");
    case "utf16le":
      return Buffer.from(text, "utf16le");
    case "utf16be":
      return Buffer.from(text, "utf16le").swap16();
    case "utf16":
      return Buffer.from(`\ufeff${text}`, "utf16le");
  }
}

/** How many characters at the beginning depend on what stands before the text, by the bytes that stand there. */
const SKIPPED_START = [0, 2, 3] as const;
/** How many at the end depend on what follows, by the bytes in the last group of three. */
const SKIPPED_END = [0, 3, 2] as const;

/**
 * Base64 of a text. `base64offset` gives its three forms within a longer text, each cut to the characters that depend on nothing else
 * (specification, "Encoding"); a form of which nothing is left, as of a single byte, is left out.
 */
export function encodeBase64(
  text: string,
  utf16: Utf16 | undefined,
  form: "base64" | "base64offset",
): readonly string[] {
  const bytes = bytesOf(text, utf16);
  if (form === "base64") return [bytes.toString("base64")];
  return SKIPPED_START.flatMap((skip, offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset, " "), bytes]).toString("base64");
    const end = encoded.length - (SKIPPED_END[(bytes.length + offset) % 3] ?? 0);
    return skip < end ? [encoded.slice(skip, end)] : [];
  });
}
