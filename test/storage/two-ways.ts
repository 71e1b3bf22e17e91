import { serveStore } from "../../storage/http-server/serve-store.ts";
import { openEmbeddedStore, openStore, type Store } from "../../storage/store.ts";

/** What a store promises holds for one in this process, and for one that is served and reached by HTTP. */
export const TWO_WAYS: readonly { readonly way: string; readonly open: (folder: string) => Promise<Store> }[] = [
  { way: "embedded", open: (folder) => openStore({ folder }) },
  { way: "over HTTP", open: openOverHttp },
];

async function openOverHttp(folder: string): Promise<Store> {
  const held = await openEmbeddedStore(folder);
  const users = [{ name: "default", password: "secret", isReadOnly: false }];
  const served = await serveStore({ store: held, host: "127.0.0.1", port: 0, users });
  const store = await openStore({ url: served.url, password: "secret" });
  const close = async () => {
    await store.close();
    await served.close();
    await held.close();
  };
  return { client: store.client, close };
}
