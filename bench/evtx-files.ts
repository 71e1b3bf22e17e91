import { globSync, statSync } from "node:fs";
import { join } from "node:path";

/** The EVTX files of a folder, or the file itself. */
export function evtxFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return globSync("**/*.evtx", { cwd: path })
    .sort()
    .map((name) => join(path, name));
}
