import { UserError } from "../../model/user-error.ts";
import { claim, refuseHeld } from "../store-folder.ts";
import { emptyStdin } from "./empty-stdin.ts";
import { Engine } from "./engine.ts";

/** The database of rootcause's tables; on a server `clickhouse.database` may name another. */
export const DATABASE = "rootcause";

/**
 * Opens the embedded engine on a store's folder, made when it is not there; one process at a time.
 * @throws UserError when the folder is something else, another process holds it, or the engine does not run here.
 */
export async function openEngine(folder: string): Promise<Engine> {
  await claim(folder);
  await refuseHeld(folder);
  const chdb = await load();
  emptyStdin();
  const engine = await Engine.open(chdb, folder).catch(async (error: unknown) => {
    // Another process may have opened it since we looked, or hold it from a container whose process ids we do not see.
    await refuseHeld(folder);
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `The store ${folder} cannot be opened (${why}): another process may hold it, or the folder is not writable; otherwise move it away and scan again.`,
    );
  });
  try {
    await makeDatabase(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

/** The engine is loaded here and not before: it takes a quarter of a gigabyte, and not every command needs it. */
async function load(): Promise<typeof import("chdb")> {
  return import("chdb").catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new UserError(
      `The embedded ClickHouse cannot be loaded here (${why}); it runs on Linux (glibc) and macOS. Use --no-store to go without.`,
    );
  });
}

/** Stores that were made before a store could be shared have their tables in the engine's `default` database; they move. */
async function makeDatabase(engine: Engine): Promise<void> {
  await engine.run({ sql: `CREATE DATABASE IF NOT EXISTS ${DATABASE}` });
  const { bytes } = await engine.run({
    sql: "SELECT name FROM system.tables WHERE database = 'default' AND engine LIKE '%MergeTree' ORDER BY name = 'migrations'",
  });
  for (const name of Buffer.from(bytes).toString().split("\n").filter(Boolean))
    await engine.run({ sql: `RENAME TABLE default.${name} TO ${DATABASE}.${name}` });
}
