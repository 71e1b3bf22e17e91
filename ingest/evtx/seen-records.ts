import { hash } from "node:crypto";
import { eventRef } from "../../model/event.ts";
import { eventIdentity } from "../../model/identity.ts";
import type { EvtxRecord } from "./record.ts";

/** Half of how many records are remembered, at least: 16 bytes each. */
const GENERATION = 2 << 20;

/**
 * Which records have been met, so that none is given twice; some millions of the latest, in bounded memory.
 * A record is known by its own number, the moment it was written and its event's identity, for these are the same in every copy of it.
 */
export class SeenRecords {
  #recent = new Set<bigint>();
  #before = new Set<bigint>();

  /** True for a record that has not been met before. */
  add(record: EvtxRecord): boolean {
    const text = JSON.stringify([String(record.recordId), String(record.written), eventIdentity(eventRef(record))]);
    const key = BigInt(`0x${hash("sha256", text, "hex").slice(0, 16)}`);
    if (this.#recent.has(key) || this.#before.has(key)) return false;
    if (this.#recent.size >= GENERATION) {
      this.#before = this.#recent;
      this.#recent = new Set();
    }
    this.#recent.add(key);
    return true;
  }
}
