import { once } from "node:events";
import { stdout } from "node:process";
import { refuseOpenDoor, refuseTakenAddress, serveStore } from "../storage/http-server/serve-store.ts";
import { isStore, openEmbeddedStore } from "../storage/store.ts";
import { readStoreFolder } from "./config.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Interruption } from "./interruption.ts";
import type { StoreOptions } from "./store.ts";
import { storeUsers } from "./store-users.ts";

/** ClickHouse's own port, on this machine only. */
const HERE = { host: "127.0.0.1", port: 8123 };

/** Runs `rootcause store` until it is interrupted; what is under way may finish, for up to seven seconds. */
export async function runStore({ listen = HERE, user, ...choice }: StoreOptions): Promise<ExitCode> {
  const folder = choice.store ?? (await readStoreFolder(choice.config));
  const users = await storeUsers(user);
  // Before the store is made.
  refuseOpenDoor(listen.host, users);
  if (!(await isStore(folder))) await refuseTakenAddress(listen.host, listen.port);
  using stop = new Interruption();
  const store = await openEmbeddedStore(folder);
  try {
    const served = await serveStore({ store, ...listen, users });
    stdout.write(`The store ${folder} is served at ${served.url} (Ctrl-C stops)\n`);
    if (!stop.signal.aborted) await once(stop.signal, "abort");
    await served.close();
  } finally {
    await store.close();
  }
  return EXIT.ok;
}
