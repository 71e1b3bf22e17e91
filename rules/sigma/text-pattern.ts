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
  let from = 0;
  const wildcard = (part: PatternPart) => {
    if (literal !== "") parts.push(Object.freeze({ kind: "literal", text: literal }));
    literal = "";
    if (part.kind === "one" || parts.at(-1)?.kind !== "any") parts.push(part);
  };
  for (let at = 0; at < source.length; at++) {
    const char = source.charCodeAt(at);
    if (!isSpecial(char) || (char === BACKSLASH && !isSpecial(source.charCodeAt(at + 1)))) continue;
    literal += source.slice(from, at);
    from = at + 1;
    if (char === BACKSLASH) at++;
    else wildcard(char === STAR ? ANY : ONE);
  }
  literal += source.slice(from);
  if (literal !== "") parts.push(Object.freeze({ kind: "literal", text: literal }));
  return Object.freeze(parts);
}

const BACKSLASH = 0x5c;
const STAR = 0x2a;
const QUESTION_MARK = 0x3f;

/** What a backslash makes stand for itself. */
function isSpecial(char: number): boolean {
  return char === BACKSLASH || char === STAR || char === QUESTION_MARK;
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

/** Whether all of the text is of the pattern, in the case in which both are written. The step back that a wildcard may need is to the last one only. */
export function isLike(pattern: TextPattern, text: string): boolean {
  let part = 0;
  let at = 0;
  let wildcard = -1;
  let tried = 0;
  while (part < pattern.length || at < text.length) {
    const next = pattern[part];
    if (next?.kind === "any") {
      wildcard = part++;
      tried = at;
      continue;
    }
    const end = next === undefined ? -1 : endOf(next, text, at);
    if (end >= 0) {
      part++;
      at = end;
    } else {
      if (wildcard < 0 || tried >= text.length) return false;
      tried += widthAt(text, tried);
      part = wildcard + 1;
      at = tried;
    }
  }
  return true;
}

/** Where the part ends that stands at this place of the text; -1 when it does not. */
function endOf(part: PatternPart, text: string, at: number): number {
  if (part.kind === "literal") return text.startsWith(part.text, at) ? at + part.text.length : -1;
  return at < text.length ? at + widthAt(text, at) : -1;
}

/** UTF-16 units of the code point at a place of the text. */
export function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
