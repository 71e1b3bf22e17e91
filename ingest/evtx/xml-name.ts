const PLAIN = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** XML 1.0, productions 4 and 4a (NameStartChar, NameChar), without the colon and what parsers of the older editions refuse. */
const START =
  "A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFC}";
const NOT_IN_NAME = new RegExp(`[^${START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}]`, "gu");
const NO_START = new RegExp(`^[^${START}]`, "u");
const NAMESPACE = /^(xmlns|xml):([A-Za-z_][A-Za-z0-9_.-]*)$/;

/**
 * A name that an XML parser takes: what cannot stand in one becomes `_`. So does a colon, for its prefix may not be declared, except in
 * `xmlns:p` and `xml:lang`.
 *
 *     xmlName("a b") // "a_b"
 */
export function xmlName(name: string): string {
  if (PLAIN.test(name) || NAMESPACE.test(name)) return name;
  const clean = name.replace(NOT_IN_NAME, "_");
  return clean === "" || NO_START.test(clean) ? `_${clean}` : clean;
}
