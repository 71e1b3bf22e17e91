import type { StoreTarget } from "../storage/store.ts";
import { readStore } from "./config.ts";

export interface StoreChoice {
  /** As `--store` names it; false for `--no-store`. */
  readonly store?: string | false;
  readonly config?: string;
}

/** The store that a command is to use: the folder of `--store`, or what the configuration says. */
export async function storeTarget({ store, config }: StoreChoice): Promise<StoreTarget> {
  return typeof store === "string" ? { folder: store } : readStore(config);
}
