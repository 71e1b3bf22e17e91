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

/** All damage of a scan, by file. */
export class DamageReport {
  readonly #files = new Map<string, FileDamage>();
  /** What has been added since `takeNew` was last called. */
  #new = new Map<string, FileDamage>();

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

  #addFile(damage: FileDamage): void {
    for (const files of [this.#files, this.#new]) {
      const known = files.get(damage.file);
      files.set(damage.file, known === undefined ? damage : together(known, damage));
    }
  }

  /** How many records could not be read, at least (`FileDamage.isExact`); 0 when everything was read. */
  get lostRecords(): number {
    let lost = 0;
    for (const file of this.#files.values()) lost += file.lostRecords;
    return lost;
  }

  /** What could not be read, of all that has been added since this was last called. */
  takeNew(): readonly FileDamage[] {
    const files = byName(this.#new).filter(({ lost }) => lost > 0);
    this.#new = new Map();
    return files;
  }

  byFile(): readonly FileDamage[] {
    return byName(this.#files);
  }
}

function byName(files: ReadonlyMap<string, FileDamage>): readonly FileDamage[] {
  return [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Of one file. */
function together(one: FileDamage, other: FileDamage): FileDamage {
  return {
    file: one.file,
    lost: one.lost + other.lost,
    lostRecords: one.lostRecords + other.lostRecords,
    isExact: one.isExact && other.isExact,
    doubtful: one.doubtful + other.doubtful,
    places: [...one.places, ...other.places].sort(lostFirst).slice(0, PLACES_KEPT),
  };
}

function lostFirst(a: FoundDamage, b: FoundDamage): number {
  return Number(a.kind !== "lost") - Number(b.kind !== "lost") || a.offset - b.offset;
}
