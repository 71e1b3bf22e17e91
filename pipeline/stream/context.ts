import type { Store } from "../../storage/store.ts";
import type { Publisher, Transport } from "../../transport/transport.ts";
import type { Topics } from "./topics.ts";
import type { Watch } from "./watch.ts";

/** What every stage works with. */
export interface StageContext {
  readonly store: Store;
  readonly transport: Transport;
  readonly publisher: Publisher;
  readonly topics: Topics;
  readonly watch: Watch;
}
