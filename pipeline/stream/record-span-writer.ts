import { logKey } from "../../model/log-key.ts";
import { type RecordSpan, RecordSpans } from "../../model/record-spans.ts";
import { writeRecordSpans } from "../../storage/record-spans.ts";
import type { Store } from "../../storage/store.ts";

/** Writes which records have been seen. Spans of records that follow each other are written as the one that they have grown to, over what it was. */
export class RecordSpanWriter {
  readonly #store: Store;
  readonly #spans = new RecordSpans();

  constructor(store: Store) {
    this.#store = store;
  }

  /** When it resolves, these are in the store. */
  async write(spans: Iterable<RecordSpan>): Promise<void> {
    const written = new Map<string, RecordSpan>();
    for (const span of spans) {
      const grown = this.#spans.add(span);
      if (grown !== undefined) written.set(`${logKey(grown.computer, grown.channel)}\u0000${grown.firstId}`, grown);
    }
    await writeRecordSpans(this.#store, written.values());
  }
}
