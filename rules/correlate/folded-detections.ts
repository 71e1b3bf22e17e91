import type { Detection } from "../../model/detection.ts";
import { FoldedRule } from "./folded-rule.ts";
import type { Held } from "./held.ts";
import { SeenNumbers } from "./seen-numbers.ts";
import { WholeDetections } from "./whole-detections.ts";

/** A rule loses none of its detections until it has more than this: a flood of failures costs no cause that lies in wait. */
const SPARED = 256;
/** Ticks of the finest cells, as a power of two: a tenth of a second; and of the coarsest: all time. */
const FINEST = 20n;
const COARSEST = 64n;

/**
 * The detections of a group in a flood. Rules that came often are folded: of each cell of time only the first and the last detection are held, and those
 * between are counted. The cells are the finest with which the group holds no more than it may. What is held is a function of the set of
 * detections: of twice the cell it needs only what its halves hold, and more detections never ask for finer cells.
 */
export class FoldedDetections {
  /** How many detections the group may hold. */
  readonly #most: number;
  /** How many of a rule are held as they are. */
  readonly #spared: number;
  readonly #rules = new Map<string, WholeDetections | FoldedRule>();
  readonly #seen = new SeenNumbers();
  #shift = FINEST;
  /** How many are held; a rule that is folded counts for no less than one that is not may hold, or a later detection would ask for finer cells. */
  #charged = 0;

  /** @param rules how many detection rules may take part in the group */
  constructor(detections: Iterable<Detection>, most: number, rules: number) {
    this.#most = most;
    this.#spared = Math.floor(Math.min(SPARED, most / 2 / rules));
    for (const one of detections) this.add(one);
  }

  /** How many are held. */
  get size(): number {
    return this.#sum(({ size }) => size);
  }

  /** How many came, each once. */
  get count(): number {
    return this.#sum(({ count }) => count);
  }

  *held(): Generator<Held> {
    for (const rule of this.#rules.values()) yield* rule.held();
  }

  /** @returns whether it changed anything */
  add(detection: Detection): boolean {
    const { name } = detection.rule;
    const known = this.#rules.get(name);
    const before = this.#chargeOf(known);
    let rule = known ?? new WholeDetections();
    if (!rule.add(detection)) return false;
    if (rule instanceof WholeDetections && rule.size > this.#spared)
      rule = new FoldedRule(this.#shift, this.#seen, rule.held());
    if (rule !== known) this.#rules.set(name, rule);
    this.#charged += this.#chargeOf(rule) - before;
    while (this.#charged > this.#most && this.#shift < COARSEST) this.#coarsen();
    return true;
  }

  #coarsen(): void {
    this.#shift++;
    for (const rule of this.#rules.values()) if (rule instanceof FoldedRule) rule.coarsen();
    this.#charged = 0;
    for (const rule of this.#rules.values()) this.#charged += this.#chargeOf(rule);
  }

  #chargeOf(rule: WholeDetections | FoldedRule | undefined): number {
    if (rule === undefined) return 0;
    return rule instanceof FoldedRule ? Math.max(this.#spared, rule.size) : rule.size;
  }

  #sum(of: (rule: WholeDetections | FoldedRule) => number): number {
    let sum = 0;
    for (const rule of this.#rules.values()) sum += of(rule);
    return sum;
  }
}
