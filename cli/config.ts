import { readFile } from "node:fs/promises";
import { InvalidArgumentError } from "commander";
import { isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { UserError } from "../model/user-error.ts";
import { parseThumbprints } from "./parse-options.ts";

/** The file that is read where --config names no other. */
const CONFIG_FILE = "rootcause.yml";

/** What the operator knows and no log says. */
export interface Config {
  /** SHA-1 thumbprints, in capitals, of roots that must stay off. */
  readonly mustStayOff: readonly string[];
  /** The same of roots that this fleet's own certificates come from. */
  readonly ownRoots: readonly string[];
}

const Thumbprints = z.string().transform((text, context) => {
  try {
    return parseThumbprints(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    context.addIssue(error.message);
    return z.NEVER;
  }
});

const ConfigFile = z.strictObject({
  roots: z
    .strictObject({ mustStayOff: z.array(Thumbprints).optional(), own: z.array(Thumbprints).optional() })
    .optional(),
});

/**
 * Reads `rootcause.yml`:
 *
 *     roots:
 *       mustStayOff:
 *         - 2796BAE63F1801E277261BA0D77770028F20EEE4
 *       own:
 *         - D4DE20D05E66FC53FE1A50882C78DB2852CAE474
 *
 * @param file undefined for the one in the current folder, if there is one.
 * @throws UserError that names the file, the line and the key.
 */
export async function readConfig(file: string | undefined): Promise<Config> {
  const path = file ?? CONFIG_FILE;
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === "ENOENT") return "";
    throw new UserError(`Cannot read the configuration ${path} (${error.message}).`);
  });
  return parseConfig(text, path);
}

function parseConfig(text: string, path: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) throw new UserError(`${path}:${lines.linePos(fault.pos[0]).line}: ${fault.message}`);
  const parsed = ConfigFile.safeParse(document.toJS() ?? {});
  if (parsed.success) {
    const { mustStayOff = [], own = [] } = parsed.data.roots ?? {};
    return { mustStayOff: mustStayOff.flat(), ownRoots: own.flat() };
  }
  const [issue] = parsed.error.issues;
  const key = issue?.path ?? [];
  const node = document.getIn(key, true);
  const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
  throw new UserError(`${path}:${line}: ${key.join(".") || "the file"}: ${issue?.message}`);
}
