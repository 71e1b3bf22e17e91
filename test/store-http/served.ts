import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveStore } from "../../storage/http-server/serve-store.ts";
import type { User } from "../../storage/http-server/users.ts";
import { openEmbeddedStore } from "../../storage/store.ts";

const NO_PASSWORD: readonly User[] = [{ name: "default", password: undefined, isReadOnly: false }];

/** A store of its own, served on a free port of this machine until it is closed. */
export async function serveNewStore(users = NO_PASSWORD) {
  const folder = await mkdtemp(join(tmpdir(), "rootcause-served-"));
  const store = await openEmbeddedStore(folder);
  const { url, close } = await serveStore({ store, host: "127.0.0.1", port: 0, users });
  return {
    url,
    close: async () => {
      await close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type Served = Awaited<ReturnType<typeof serveNewStore>>;

/** Asks as curl would: parameters in the URL, and a body when there is one. */
export async function ask(url: string, parameters: Readonly<Record<string, string>>, init: RequestInit = {}) {
  const response = await fetch(`${url}/?${new URLSearchParams(parameters)}`, init);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
}

/** Sends a statement as the body. */
export function post(url: string, sql: string, parameters: Readonly<Record<string, string>> = {}, headers = {}) {
  return ask(url, parameters, { method: "POST", body: sql, headers });
}
