import type { Damage } from "../ingest/evtx/damage.ts";

/** What is damaged in one file: all of it counted, the first places kept. */
export interface FileDamage {
  readonly file: string;
  /** How many times something could not be read. */
  readonly lost: number;
  /** How many times something was read that is not to be trusted fully. */
  readonly doubtful: number;
  /** At most `PLACES_KEPT`, in order of offset; what was lost before what is doubtful. */
  readonly places: readonly Damage[];
}

/** A hostile file has as much damage as it likes. */
const PLACES_KEPT = 3;

/** All damage of a scan, by file. */
export class DamageReport {
  readonly #files = new Map<string, { lost: number; doubtful: number; places: Damage[] }>();

  add(damage: readonly Damage[]): void {
    for (const one of damage) {
      const file = this.#files.get(one.file) ?? { lost: 0, doubtful: 0, places: [] };
      this.#files.set(one.file, file);
      if (one.kind === "lost") file.lost++;
      else file.doubtful++;
      file.places = [...file.places, one].sort(lostFirst).slice(0, PLACES_KEPT);
    }
  }

  /** How many times something could not be read. */
  get lost(): number {
    let lost = 0;
    for (const file of this.#files.values()) lost += file.lost;
    return lost;
  }

  byFile(): readonly FileDamage[] {
    return [...this.#files].map(([file, damage]) => ({ file, ...damage })).sort((a, b) => (a.file < b.file ? -1 : 1));
  }
}

function lostFirst(a: Damage, b: Damage): number {
  return Number(a.kind !== "lost") - Number(b.kind !== "lost") || a.offset - b.offset;
}
