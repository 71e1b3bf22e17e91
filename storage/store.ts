import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { UserError } from "../model/user-error.ts";
import { holderOf } from "./holder.ts";
import { migrate } from "./schema/migrate.ts";

/** An open store: what the functions beside this file read and write through. */
export interface Store {
  readonly client: ClickHouseClient;
  /** Waits for nothing but what was awaited: call it after the last write has resolved. */
  close(): Promise<void>;
}

type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** The file that says a folder is a store, and the sentence in it, for whoever finds the folder. */
const MARKER = "rootcause-store.txt";
const MARKER_TEXT =
  "This folder is a rootcause store (ClickHouse data under clickhouse/). Delete the whole folder to forget it.\n";

/**
 * Opens the store in a folder, made when it is not there; one process at a time.
 * @throws UserError when the folder is something else, another process holds it, or a newer version made it.
 */
export async function openStore(folder: string): Promise<Store> {
  await claim(folder);
  const data = join(folder, "clickhouse");
  await refuseHeld(folder, data);
  const client = createClient({
    // chdb declares the interface by @clickhouse/client-common, the client by its own copy of the same: one at runtime, two to the compiler.
    connection: (await embedded(folder, data)) as unknown as NonNullable<ClientOptions["connection"]>,
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  const close = () => client.close();
  try {
    await migrate(client, folder);
  } catch (error) {
    await close();
    throw error;
  }
  return { client, close };
}

/** Whether a folder is there and is a store. */
export async function isStore(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, MARKER), "utf8").catch(() => undefined);
  return text !== undefined;
}

async function claim(folder: string): Promise<void> {
  if (await isStore(folder)) return;
  try {
    // Under a folder that is there, one step is enough; Node's recursive mkdir does not come back from some (those in /proc).
    await mkdir(folder, { recursive: !(await exists(dirname(resolve(folder)))) }).catch(unlessItExists);
    if ((await readdir(folder)).length === 0) return await writeFile(join(folder, MARKER), MARKER_TEXT);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot make a store in ${folder} (${why}): name another folder with --store.`);
  }
  throw new UserError(
    `${folder} is a folder with other things in it, not a rootcause store: name an empty or new folder with --store.`,
  );
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

async function refuseHeld(folder: string, data: string): Promise<void> {
  const pid = await holderOf(join(data, "status"));
  if (pid !== undefined)
    throw new UserError(
      `The store ${folder} is in use by process ${pid}: wait until it ends, stop it, or name another folder with --store.`,
    );
}

/** The engine is loaded here and not before: it takes a quarter of a gigabyte, and not every command needs it. */
async function embedded(folder: string, path: string) {
  const { createChdbConnection } = await import("chdb/connection").catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new UserError(
      `The embedded ClickHouse cannot be loaded here (${why}); it runs on Linux (glibc) and macOS. Use --no-store to go without.`,
    );
  });
  try {
    return createChdbConnection({ path });
  } catch (error) {
    // Another process may have opened it since we looked, or hold it from a container whose process ids we do not see.
    await refuseHeld(folder, path);
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `The store ${folder} cannot be opened (${why}): another process may hold it, or the folder is not writable; otherwise move it away and scan again.`,
    );
  }
}
