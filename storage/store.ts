import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { SETTINGS } from "./client-settings.ts";
import { engineConnection } from "./embedded/connection.ts";
import type { Engine } from "./embedded/engine.ts";
import { DATABASE, openEngine } from "./embedded/open-engine.ts";
import { migrate } from "./schema/migrate.ts";
import { type ClickHouseServer, connect } from "./server.ts";

export type { ClickHouseServer } from "./server.ts";
export { HeldError, isStore } from "./store-folder.ts";

/** An open store: what the functions beside this file read and write through. */
export interface Store {
  readonly client: ClickHouseClient;
  /** Waits for nothing but what was awaited: call it after the last write has resolved. */
  close(): Promise<void>;
}

/** A store whose engine runs in this process, and which it can serve to others. */
export interface EmbeddedStore extends Store {
  readonly engine: Engine;
  readonly folder: string;
}

/** A folder of one's own, or a server that many share. */
export type StoreTarget = { readonly folder: string } | ClickHouseServer;

/**
 * Opens a store, made when it is not there, and brings it to this version's schema. A text is the name of a folder.
 * @throws UserError when the folder is something else or held by another process, the server cannot be used, or a newer version made the store.
 */
export async function openStore(target: string | StoreTarget): Promise<Store> {
  if (typeof target === "string") return openEmbeddedStore(target);
  if ("folder" in target) return openEmbeddedStore(target.folder);
  const client = await connect(target);
  return migrated({ client, close: () => client.close() }, target.url, "another clickhouse.database");
}

/** The same for a folder; one process at a time. */
export async function openEmbeddedStore(folder: string): Promise<EmbeddedStore> {
  const engine = await openEngine(folder);
  const client = createClient({ connection: engineConnection(engine, DATABASE), clickhouse_settings: SETTINGS });
  return migrated({ client, engine, folder, close: () => client.close() }, folder, "another folder with --store");
}

async function migrated<S extends Store>(store: S, place: string, otherwise: string): Promise<S> {
  try {
    await migrate(store.client, place, otherwise);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
