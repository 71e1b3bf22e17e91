/** A piece of SQL that is neither space nor comment. Positions count in what was given. */
export interface Token {
  readonly kind: "word" | "quoted" | "other";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What the engine takes for space: some of it JavaScript's \\s does not know. For a class of a regular expression. */
export const SPACES = String.raw`\s\u0085\u180e\u200b-\u200d\u2060`;

// No pattern can fail behind a repetition, so none can go back and forth: text of any kind costs its length.
const SPACE = new RegExp(String.raw`(?:[${SPACES}]+|--[^\n]*|\/\/[^\n]*|#[ !][^\n]*)+`, "y");
const COMMENT_EDGE = /\/\*|\*\//g;
const TOKEN =
  /(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<quoted>'(?:[^'\\]+|\\[\s\S]?|'')*(?:'|$)|"(?:[^"\\]+|\\[\s\S]?|"")*(?:"|$)|`(?:[^`\\]+|\\[\s\S]?|``)*(?:`|$)|‘[^’]*(?:’|$)|“[^”]*(?:”|$))|[\p{N}.]+|[\s\S]/uy;

/** Where the next token begins. Comments in brackets may hold others. */
function afterSpace(sql: string, start: number): number {
  let at = start;
  for (;;) {
    SPACE.lastIndex = at;
    if (SPACE.test(sql)) at = SPACE.lastIndex;
    else if (sql.startsWith("/*", at)) at = afterComment(sql, at);
    else return at;
  }
}

function afterComment(sql: string, start: number): number {
  COMMENT_EDGE.lastIndex = start;
  let depth = 0;
  for (let edge = COMMENT_EDGE.exec(sql); edge !== null; edge = COMMENT_EDGE.exec(sql)) {
    depth += edge[0] === "/*" ? 1 : -1;
    if (depth === 0) return COMMENT_EDGE.lastIndex;
  }
  return sql.length;
}

/** The tokens of a statement, one by one, so that data behind it need not be looked at. */
export function* tokens(sql: string): Generator<Token> {
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = afterSpace(sql, at);
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
