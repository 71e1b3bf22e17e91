/** Something of a file that could not be read, or not as its writer left it. */
export interface FoundDamage {
  readonly file: string;
  /** Byte offset from the beginning of the file; of a text, unpacked and in UTF-8. */
  readonly offset: number;
  /** Counted from 1; of a text only. */
  readonly line?: number;
  /**
   * `lost`: something could not be read. `verdict`: something was read that is not to be trusted fully. `foreign`: a file in a folder holds no event at
   * all, which is no fault of it.
   */
  readonly kind: "lost" | "verdict" | "foreign";
  readonly reason: string;
}

/** What is damaged in one file: all of it counted, the first places kept; plain data, so that it can cross threads. */
export interface FileDamage {
  readonly file: string;
  /** How many times something could not be read. */
  readonly lost: number;
  /** How many times something was read that is not to be trusted fully. */
  readonly doubtful: number;
  /** At most `PLACES_KEPT`, in order of offset; what was lost before what is doubtful. */
  readonly places: readonly FoundDamage[];
}

/** A hostile file has as much damage as it likes. */
const PLACES_KEPT = 3;

/** All damage of a scan, by file. */
export class DamageReport {
  readonly #files = new Map<string, FileDamage>();

  add(damage: readonly FoundDamage[]): void {
    for (const one of damage)
      this.#addFile({
        file: one.file,
        lost: Number(one.kind === "lost"),
        doubtful: Number(one.kind === "verdict"),
        places: [one],
      });
  }

  /** Adds what other reports, of other parts of the same files, have counted. */
  addFiles(damage: readonly FileDamage[]): void {
    for (const file of damage) this.#addFile(file);
  }

  #addFile({ file, lost, doubtful, places }: FileDamage): void {
    const known = this.#files.get(file) ?? { file, lost: 0, doubtful: 0, places: [] };
    this.#files.set(file, {
      file,
      lost: known.lost + lost,
      doubtful: known.doubtful + doubtful,
      places: [...known.places, ...places].sort(lostFirst).slice(0, PLACES_KEPT),
    });
  }

  /** How many times something could not be read. */
  get lost(): number {
    let lost = 0;
    for (const file of this.#files.values()) lost += file.lost;
    return lost;
  }

  byFile(): readonly FileDamage[] {
    return [...this.#files.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  }
}

function lostFirst(a: FoundDamage, b: FoundDamage): number {
  return Number(a.kind !== "lost") - Number(b.kind !== "lost") || a.offset - b.offset;
}
