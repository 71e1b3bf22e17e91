import { isWord, tokens } from "../embedded/tokens.ts";
import { Exception } from "./exception.ts";

/**
 * Refuses what the engine's grants do not keep from a user: clauses that write to files and read from them, and functions that open
 * them before they ask. It may refuse text that merely looks so (in a string, say), but lets nothing through that is meant so: comments may stand before a bracket, and a
 * quoted name may be written with escapes.
 * @throws Exception
 */
export function refuseFiles(sql: string): void {
  if (/(?:\s|\*\/)(?:out|in)file(?![\p{L}\p{N}_])/iu.test(sql))
    throw new Exception("SUPPORT_IS_DISABLED", "INTO OUTFILE and FROM INFILE are not allowed over HTTP.");
  if (
    /(?<![\p{L}\p{N}_])(?:file|sqlite|executable)[`"]?\s*(?:\(|--|#|\/\*)|\\[^`"]*[`"]\s*(?:\(|--|#|\/\*)/iu.test(sql)
  )
    throw new Exception("ACCESS_DENIED", "The functions file, sqlite and executable are not allowed: they open files.");
}

/** What `readonly` does not keep from a user, though it changes what others get. */
export function refuseControl(sql: string): void {
  const [first] = tokens(sql);
  if (isWord(first, "SYSTEM", "KILL")) throw new Exception("READONLY", "Cannot execute query in readonly mode.");
}

/** @throws Exception when there is more than one statement. */
export function refuseSeveral(sql: string): void {
  let ended = false;
  for (const { text } of tokens(sql)) {
    if (ended && text !== ";") throw new Exception("SYNTAX_ERROR", "Multi-statements are not allowed");
    if (text === ";") ended = true;
  }
}
