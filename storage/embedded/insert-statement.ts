import { isWord, tokens } from "./tokens.ts";

/** An INSERT whose rows follow it, taken apart. */
export interface InsertStatement {
  /** `INSERT INTO t (a, b)` */
  readonly target: string;
  /** ` SETTINGS a = 1`, or empty. */
  readonly settings: string;
  readonly format: string;
  /** Where the rows begin in what was given. */
  readonly dataAt: number;
}

/** Takes an INSERT apart whose rows come after it (`FORMAT X` or `VALUES`); undefined when it is something else, or takes its rows from elsewhere. */
export function parseInsert(sql: string): InsertStatement | undefined {
  let depth = 0;
  let count = 0;
  let nameFollows = false;
  let formatAt: number | undefined;
  let settingsAt: number | undefined;
  for (const token of tokens(sql)) {
    if (count++ === 0 && !isWord(token, "INSERT")) return undefined;
    if (formatAt !== undefined) {
      if (token.kind !== "word") return undefined;
      return taken(token.text, formatAt, dataStart(sql, token.end));
    }
    if (token.text === "(") depth++;
    else if (token.text === ")") depth--;
    else if (depth > 0 || nameFollows || token.kind !== "word") nameFollows = token.text === ".";
    else if (isWord(token, "INTO", "FUNCTION")) nameFollows = true;
    else if (isWord(token, "SELECT", "WITH", "FROM", "EXPLAIN")) return undefined;
    else if (isWord(token, "SETTINGS")) settingsAt = token.start;
    else if (isWord(token, "FORMAT")) formatAt = token.start;
    else if (isWord(token, "VALUES")) return taken("Values", token.start, token.end);
  }
  return undefined;

  function taken(format: string, end: number, dataAt: number): InsertStatement {
    return {
      target: sql.slice(0, settingsAt ?? end).trimEnd(),
      settings: settingsAt === undefined ? "" : ` ${sql.slice(settingsAt, end).trimEnd()}`,
      format,
      dataAt,
    };
  }
}

/** As the engine has it: spaces and one line break after the format are not data. */
function dataStart(sql: string, end: number): number {
  const gap = /[ \t\f]*\r?\n?/y;
  gap.lastIndex = end;
  gap.test(sql);
  return gap.lastIndex;
}
