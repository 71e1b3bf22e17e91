import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");

/** Runs `rootcause` as a process of its own in a folder and gives all it said. */
export async function rootcause(folder: string, ...words: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: Number(code), out, err };
}

export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "rootcause-cli-"));
}
