import type { Damage } from "../ingest/evtx/damage.ts";

/** Damage is counted without end, but no more than this is kept: a hostile file has as much as it likes. */
const KEPT = 1_000;

/** All damage of a scan: counted, the first of it kept. */
export class DamageReport {
  readonly #kept: Damage[] = [];
  #lost = 0;

  add(damage: readonly Damage[]): void {
    for (const one of damage) {
      if (one.kind === "lost") this.#lost++;
      if (this.#kept.length < KEPT) this.#kept.push(one);
    }
  }

  /** How many times something could not be read. */
  get lost(): number {
    return this.#lost;
  }

  inOrder(): readonly Damage[] {
    return this.#kept.toSorted((a, b) => (a.file === b.file ? a.offset - b.offset : a.file < b.file ? -1 : 1));
  }
}
