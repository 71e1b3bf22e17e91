/** A Sigma string without its escapes: literal text between wildcards, `any` (`*`) and `one` (`?`, one code point). */
export type TextPattern = readonly PatternPart[];

type PatternPart =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "one" };

const ANY: PatternPart = Object.freeze({ kind: "any" });
const ONE: PatternPart = Object.freeze({ kind: "one" });

/**
 * Reads wildcards and escapes (specification, "Escaping"): `\*` and `\?` are themselves, `\\` is one backslash, so that `\\*` is a backslash
 * and a wildcard; a backslash before anything else stands for itself.
 */
export function parseTextPattern(source: string): TextPattern {
  const parts: PatternPart[] = [];
  let literal = "";
  const wildcard = (part: PatternPart) => {
    if (literal !== "") parts.push(Object.freeze({ kind: "literal", text: literal }));
    literal = "";
    if (part.kind === "one" || parts.at(-1)?.kind !== "any") parts.push(part);
  };
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at);
    const next = source.charAt(at + 1);
    if (char === "\\" && (next === "*" || next === "?" || next === "\\")) {
      literal += next;
      at++;
    } else if (char === "*") wildcard(ANY);
    else if (char === "?") wildcard(ONE);
    else literal += char;
  }
  return Object.freeze(literal === "" ? parts : [...parts, Object.freeze({ kind: "literal" as const, text: literal })]);
}

/** The text of a pattern without wildcards; undefined when it has any. */
export function literalOf(pattern: TextPattern): string | undefined {
  let text = "";
  for (const part of pattern) {
    if (part.kind !== "literal") return undefined;
    text += part.text;
  }
  return text;
}

export function literalPattern(text: string): TextPattern {
  return Object.freeze(text === "" ? [] : [Object.freeze({ kind: "literal" as const, text })]);
}

/** Where a pattern may stand in a value: the modifiers `contains`, `startswith` and `endswith`. */
export type Anchoring = "equals" | "contains" | "startswith" | "endswith";

/** The pattern with the wildcards that its modifier puts around it. */
export function anchored(pattern: TextPattern, anchoring: Anchoring): TextPattern {
  const before = anchoring === "contains" || anchoring === "endswith";
  const after = anchoring === "contains" || anchoring === "startswith";
  return Object.freeze([
    ...(before && pattern[0]?.kind !== "any" ? [ANY] : []),
    ...pattern,
    ...(after && (pattern.length === 0 || pattern.at(-1)?.kind !== "any") ? [ANY] : []),
  ]);
}
