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
  /** How many records are lost with it; absent or undefined where nothing tells. */
  readonly records?: number | undefined;
  readonly reason: string;
}

/** What is damaged in one file: all of it counted, the first places kept; plain data, so that it can cross threads. */
export interface FileDamage {
  readonly file: string;
  /** How many times something could not be read. */
  readonly lost: number;
  /** How many records are lost so; one for each time that nothing tells how many. */
  readonly lostRecords: number;
  /** Each time it was told how many. */
  readonly isExact: boolean;
  /** How many times something was read that is not to be trusted fully. */
  readonly doubtful: number;
  /** At most `PLACES_KEPT`, in order of offset; what was lost before what is doubtful. */
  readonly places: readonly FoundDamage[];
}

/** A hostile file has as much damage as it likes. */
const PLACES_KEPT = 3;

const NO_DAMAGE = { lost: 0, lostRecords: 0, isExact: true, doubtful: 0, places: [] };

/** All damage of a scan, by file. */
export class DamageReport {
  readonly #files = new Map<string, FileDamage>();
  /** By file, how many times something could not be read when `newlyLost` was last called. */
  readonly #told = new Map<string, number>();

  add(damage: readonly FoundDamage[]): void {
    for (const one of damage)
      this.#addFile({
        file: one.file,
        lost: Number(one.kind === "lost"),
        lostRecords: one.kind === "lost" ? (one.records ?? 1) : 0,
        isExact: one.kind !== "lost" || one.records !== undefined,
        doubtful: Number(one.kind === "verdict"),
        places: [one],
      });
  }

  /** Adds what other reports, of other parts of the same files, have counted. */
  addFiles(damage: readonly FileDamage[]): void {
    for (const file of damage) this.#addFile(file);
  }

  #addFile({ file, lost, lostRecords, isExact, doubtful, places }: FileDamage): void {
    const known = this.#files.get(file) ?? { ...NO_DAMAGE, file };
    this.#files.set(file, {
      file,
      lost: known.lost + lost,
      lostRecords: known.lostRecords + lostRecords,
      isExact: known.isExact && isExact,
      doubtful: known.doubtful + doubtful,
      places: [...known.places, ...places].sort(lostFirst).slice(0, PLACES_KEPT),
    });
  }

  /** How many records could not be read, at least (`FileDamage.isExact`); 0 when everything was read. */
  get lostRecords(): number {
    let lost = 0;
    for (const file of this.#files.values()) lost += file.lostRecords;
    return lost;
  }

  /** The files of which more could not be read since this was last called. */
  newlyLost(): readonly FileDamage[] {
    const files = this.byFile().filter(({ file, lost }) => lost > (this.#told.get(file) ?? 0));
    for (const { file, lost } of files) this.#told.set(file, lost);
    return files;
  }

  byFile(): readonly FileDamage[] {
    return [...this.#files.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  }
}

function lostFirst(a: FoundDamage, b: FoundDamage): number {
  return Number(a.kind !== "lost") - Number(b.kind !== "lost") || a.offset - b.offset;
}
