/** A piece of SQL that is neither space nor comment. Positions count in what was given. */
export interface Token {
  readonly kind: "word" | "quoted" | "other";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// Neither pattern can fail behind a repetition, so neither can go back and forth: text of any kind costs its length.
const SPACE = /(?:\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$))*/y;
const TOKEN =
  /(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<quoted>'(?:[^'\\]+|\\[\s\S]?|'')*(?:'|$)|"(?:[^"\\]+|\\[\s\S]?|"")*(?:"|$)|`(?:[^`\\]+|\\[\s\S]?|``)*(?:`|$))|[\p{N}.]+|[\s\S]/uy;

/** The tokens of a statement, one by one, so that data behind it need not be looked at. */
export function* tokens(sql: string): Generator<Token> {
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(sql);
    TOKEN.lastIndex = SPACE.lastIndex;
    const found = TOKEN.exec(sql);
    if (found === null) return;
    const { word, quoted } = found.groups ?? {};
    const kind = word !== undefined ? "word" : quoted !== undefined ? "quoted" : "other";
    at = TOKEN.lastIndex;
    yield { kind, text: found[0], start: found.index, end: at };
  }
}

export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === "word" && words.includes(token.text.toUpperCase());
}
