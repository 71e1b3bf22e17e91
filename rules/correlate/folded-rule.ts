import type { Detection } from "../../model/detection.ts";
import type { Ticks } from "../../model/ticks.ts";
import type { Fold, Held } from "./held.ts";
import type { SeenNumbers } from "./seen-numbers.ts";
import { compareDetections } from "./timeline.ts";
import { isPreferred } from "./whole-detections.ts";

/** So many kinds of a rule's detections are folded apart, so that many of one do not hide a few of another. */
const KINDS = 64;

/** What lies in one cell of time, of one kind. */
interface Cell {
  first: Detection;
  /** Undefined while there is only the first. */
  last: Detection | undefined;
  /** How many between them were only counted. */
  counted: number;
  /** The sum of their times. */
  times: Ticks;
}

/** The detections of one rule in one group: of each cell of time and kind the first and the last, and how many lay between. */
export class FoldedRule {
  readonly #seen: SeenNumbers;
  #cells = new Map<number, Cell>();
  /** Ticks of a cell, as a power of two. */
  #shift: bigint;
  #size = 0;
  #count = 0;

  constructor(shift: bigint, seen: SeenNumbers, detections: Iterable<Detection>) {
    this.#shift = shift;
    this.#seen = seen;
    for (const one of detections) this.add(one);
  }

  /** How many are held. */
  get size(): number {
    return this.#size;
  }

  /** How many came, each once. */
  get count(): number {
    return this.#count;
  }

  *held(): Generator<Held> {
    for (const { first, last, counted, times } of this.#cells.values()) {
      yield first;
      if (last !== undefined) yield counted === 0 ? last : { ...last, fold: foldOf(first, last, counted, times) };
    }
  }

  /** @returns whether it changed anything */
  add(detection: Detection): boolean {
    const key = this.#keyOf(detection);
    const cell = this.#cells.get(key);
    if (detection.id === cell?.first.id) {
      if (!isPreferred(detection, cell.first)) return false;
      cell.first = detection;
      return true;
    }
    if (cell !== undefined && detection.id === cell.last?.id) {
      if (!isPreferred(detection, cell.last)) return false;
      cell.last = detection;
      return true;
    }
    if (!this.#seen.add(detection)) return false;
    this.#count++;
    if (cell === undefined) this.#cells.set(key, { first: detection, last: undefined, counted: 0, times: 0n });
    else if (cell.last !== undefined) {
      let counted = detection;
      if (compareDetections(detection, cell.first) < 0) [counted, cell.first] = [cell.first, detection];
      else if (compareDetections(detection, cell.last) > 0) [counted, cell.last] = [cell.last, detection];
      cell.counted++;
      cell.times += counted.event.time;
      return true;
    } else if (compareDetections(detection, cell.first) < 0) {
      cell.last = cell.first;
      cell.first = detection;
    } else cell.last = detection;
    this.#size++;
    return true;
  }

  /** Makes cells of twice the time: what these hold needs only what their halves held. */
  coarsen(): void {
    const halves = this.#cells;
    this.#cells = new Map();
    this.#shift++;
    this.#size = 0;
    for (const half of halves.values()) {
      const key = this.#keyOf(half.first);
      const other = this.#cells.get(key);
      this.#cells.set(key, other === undefined ? half : joined(half, other));
    }
    for (const { last } of this.#cells.values()) this.#size += last === undefined ? 1 : 2;
  }

  #keyOf({ event, fields }: Detection): number {
    return Number(event.time >> this.#shift) * KINDS + kindOf(fields);
  }
}

function joined(one: Cell, other: Cell): Cell {
  const [earlier, later] = compareDetections(one.first, other.first) < 0 ? [one, other] : [other, one];
  const between = [earlier.last, later.last === undefined ? undefined : later.first].filter((one) => one !== undefined);
  return {
    first: earlier.first,
    last: later.last ?? later.first,
    counted: earlier.counted + later.counted + between.length,
    times: between.reduce((sum, { event }) => sum + event.time, earlier.times + later.times),
  };
}

/** From the first or up to the last, so that their mean time is right: a flood that begins or ends within the cell is put where it was. */
function foldOf(first: Detection, last: Detection, count: number, times: Ticks): Fold {
  const twice = (2n * times) / BigInt(count);
  const [since, until] = [first.event.time, last.event.time];
  return twice > since + until ? { count, since: twice - until, until } : { count, since, until: twice - since };
}

/** A number below `KINDS`, the same for the same values of the same fields, in whatever order and case they are written. */
function kindOf(fields: Detection["fields"]): number {
  let sum = 0;
  for (const [name, value] of Object.entries(fields)) sum += hashOf(`${name}=${value.toLowerCase()}`);
  return (sum >>> 0) % KINDS;
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
