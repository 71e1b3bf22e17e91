import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../model/user-error.ts";
import { holderOf } from "./holder.ts";

/** The file that says a folder is a store, and the sentence in it, for whoever finds the folder. */
export const STORE_MARKER = "rootcause-store.txt";
const MARKER_TEXT =
  "This folder is a rootcause store (ClickHouse data under clickhouse/). Delete the whole folder to forget it.\n";

/** Beside it, while the holder of the store serves it to others: where. */
const ADDRESS = "rootcause-store-address.json";

/** Whether a folder is there and is a store. */
export async function isStore(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, STORE_MARKER), "utf8").catch(() => undefined);
  return text !== undefined;
}

/**
 * Makes a folder a store, unless it is one.
 * @throws UserError when there is something else.
 */
export async function claim(folder: string): Promise<void> {
  if (await isStore(folder)) return;
  try {
    // Under a folder that is there, one step is enough; Node's recursive mkdir does not come back from some (those in /proc).
    const recursive = !(await exists(dirname(resolve(folder))));
    // What logs say is for who keeps them.
    await mkdir(folder, { recursive, mode: 0o700 }).catch(unlessItExists);
    if ((await readdir(folder)).length === 0) return await writeFile(join(folder, STORE_MARKER), MARKER_TEXT);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot make a store in ${folder} (${why}): name another folder with --store.`);
  }
  throw new UserError(
    `${folder} is a folder with other things in it, not a rootcause store: name an empty or new folder with --store.`,
  );
}

/** That a store is held by another process: there can be one at a time. */
export class HeldError extends UserError {}

/** @throws HeldError that says which process holds the store, and where it can be reached. */
export async function refuseHeld(folder: string): Promise<void> {
  const pid = await holderOf(join(folder, "clickhouse", "status"));
  if (pid === undefined) return;
  const url = await addressOf(folder, pid);
  throw new HeldError(
    url === undefined
      ? `The store ${folder} is in use by process ${pid}: wait until it ends, stop it, or name another folder with --store.`
      : `The store ${folder} is held by process ${pid}, which serves it: use "clickhouse.url: ${url}" in rootcause.yml, or stop that process.`,
  );
}

/** Tells others where the store is served; disposing takes it back. */
export async function publishAddress(folder: string, url: string): Promise<AsyncDisposable> {
  const file = join(folder, ADDRESS);
  await writeFile(file, `${JSON.stringify({ pid: process.pid, url })}\n`);
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

const Address = z.object({ pid: z.number(), url: z.string() });

/** What a killed process left behind names another process than the one that holds the store now. */
async function addressOf(folder: string, holder: number): Promise<string | undefined> {
  try {
    const { pid, url } = Address.parse(JSON.parse(await readFile(join(folder, ADDRESS), "utf8")));
    return pid === holder ? url : undefined;
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
