import { type Coverage, CoverageMap } from "../../model/coverage.ts";
import { logKey } from "../../model/log-key.ts";
import { type RecordSpan, RecordSpans } from "../../model/record-spans.ts";
import { SharedTurns } from "../../model/shared-turns.ts";
import { writeCoverage } from "../../storage/coverage.ts";
import { writeRecordSpans } from "../../storage/record-spans.ts";
import type { Store } from "../../storage/store.ts";
import { GATHER } from "./shared-inserts.ts";

/**
 * Writes what has been seen of logs: of all batches that came while the last was written.
 * Spans of records that follow each other are written as the one that they have grown to, over what it was.
 */
export class SeenWriter {
  readonly #store: Store;
  readonly #spans = new RecordSpans();
  #coverage = new CoverageMap();
  #grown = new Map<string, RecordSpan>();
  readonly #turns = new SharedTurns(GATHER);

  constructor(store: Store) {
    this.#store = store;
  }

  /** When it resolves, these are in the store. */
  write(coverage: readonly Coverage[], spans: readonly RecordSpan[]): Promise<void> {
    for (const span of coverage) this.#coverage.add(span);
    for (const span of spans) this.#addSpan(span);
    return this.#turns.share(() => this.#flush());
  }

  #addSpan(span: RecordSpan): void {
    const grown = this.#spans.add(span);
    if (grown !== undefined) this.#grown.set(`${logKey(grown.computer, grown.channel)}\u0000${grown.firstId}`, grown);
  }

  async #flush(): Promise<void> {
    const [coverage, grown] = [this.#coverage, this.#grown];
    this.#coverage = new CoverageMap();
    this.#grown = new Map();
    await Promise.all([writeCoverage(this.#store, coverage.values()), writeRecordSpans(this.#store, grown.values())]);
  }
}
