import { isWord, SPACES, type Token, tokens } from "../embedded/tokens.ts";
import { Exception } from "./exception.ts";

const IN_OR_OUT = new RegExp(String.raw`(?:[${SPACES}]|\*\/)(?:out|in)file(?![\p{L}\p{N}_])`, "iu");
const BEFORE_BRACKET = String.raw`[${SPACES}]*(?:\(|--|#|\/[/*])`;
const OPENS_FILES = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:file|sqlite|executable|disk)[\`"”]?${BEFORE_BRACKET}|\\\\[^\`"]*[\`"]${BEFORE_BRACKET}`,
  "iu",
);

/**
 * Refuses what the engine's grants do not keep from a user: clauses that write to files and read from them, and functions that open
 * them before they ask. It may refuse text that merely looks so (in a string, say), but lets nothing through that is meant so: comments may stand before a bracket, and a
 * quoted name may be written with escapes.
 * @throws Exception
 */
export function refuseFiles(sql: string): void {
  if (IN_OR_OUT.test(sql))
    throw new Exception("SUPPORT_IS_DISABLED", "INTO OUTFILE and FROM INFILE are not allowed over HTTP.");
  if (OPENS_FILES.test(sql))
    throw new Exception(
      "ACCESS_DENIED",
      "The functions file, sqlite, executable and disk are not allowed: they open files.",
    );
}

/** What keeps its rows in the store, or in memory. */
const ENGINES: ReadonlySet<string> = new Set([
  "Atomic",
  "MergeTree",
  "ReplacingMergeTree",
  "AggregatingMergeTree",
  "SummingMergeTree",
  "CollapsingMergeTree",
  "VersionedCollapsingMergeTree",
  "CoalescingMergeTree",
  "Memory",
  "Null",
  "Log",
  "TinyLog",
  "StripeLog",
  "Set",
  "Join",
  "Buffer",
  "Merge",
]);

/**
 * Refuses tables and databases of other engines, and data that is attached or restored from elsewhere. The engine asks for a grant only where another source is read:
 * RocksDB, say, it lets write into any folder. A column that is called `engine` and stands before a word must be quoted where a table or view is made.
 * @throws Exception
 */
export function refuseEngines(sql: string): void {
  const [first] = tokens(sql);
  // To know what rights a backup needs, the engine reads it.
  if (isWord(first, "BACKUP", "RESTORE"))
    throw new Exception("ACCESS_DENIED", "BACKUP and RESTORE are not allowed: stop the store and copy its folder.");
  if (!isWord(first, "CREATE", "ATTACH", "REPLACE")) return;
  const all = [...tokens(sql)];
  let depth = 0;
  for (const [at, token] of all.entries()) {
    if (token.text === "(") depth++;
    else if (token.text === ")") depth--;
    else if (depth > 0) continue;
    else if (isWord(first, "ATTACH") && isWord(token, "FROM"))
      throw new Exception("ACCESS_DENIED", "ATTACH FROM is not allowed: it reads files.");
    else if (isWord(token, "ENGINE")) refuseEngine(all.slice(at + 1, at + 3));
  }
}

function refuseEngine([next, afterNext]: readonly Token[]): void {
  const isStated = next?.text === "=";
  const name = isStated ? afterNext : next;
  const isColumn = !isStated && (name === undefined || isWord(name, "FROM", "AS") || /^[^\p{L}_"`“{]/u.test(name.text));
  if (isColumn || ENGINES.has(name?.text.replace(/^(["`])(.*)\1$|^“(.*)”$/s, "$2$3") ?? "")) return;
  throw new Exception("ACCESS_DENIED", `The engine ${name?.text ?? ""} is not allowed: it may reach out of the store.`);
}

/** What `readonly` does not keep from a user, though it changes what others get, or fills the disk: a temporary table would end with its request. */
export function refuseControl(sql: string): void {
  const [first] = tokens(sql);
  if (isWord(first, "SYSTEM", "KILL", "CREATE"))
    throw new Exception("READONLY", "Cannot execute query in readonly mode.");
}

/** @throws Exception when there is more than one statement: behind a semicolon, or by `PARALLEL WITH`; or text between $x$ and $x$ that might hide one. */
export function refuseSeveral(sql: string): void {
  let before: Token | undefined;
  for (const token of tokens(sql)) {
    const isAnother = before?.text === ";" ? token.text !== ";" : isWord(before, "PARALLEL") && isWord(token, "WITH");
    if (token.text.startsWith("$"))
      throw new Exception("SYNTAX_ERROR", "Text between dollar signs is not allowed: write it between quotes");
    if (isAnother) throw new Exception("SYNTAX_ERROR", "Multi-statements are not allowed");
    before = token;
  }
}
