import type { Detection } from "../../model/detection.ts";
import { logKey } from "../../model/log-key.ts";

/** Record numbers of a block, as a power of two; a bit each. */
const BLOCK = 12n;
const WORDS = 2 ** Number(BLOCK) / 32;
/** Blocks that are remembered: 4 MiB of them. */
const MOST = 8_192;
/** Ticks, as a power of two: 57 minutes. A log that is made anew begins its numbers anew. */
const TURN = 35n;

/** Of which records of each log a rule's detection was seen: a bit for each, where the detections would take a thousand times as much. */
export class SeenNumbers {
  /** Where the words of a block begin. */
  readonly #blocks = new Map<string, number>();
  #words = new Uint32Array(16 * WORDS);

  /** False for a detection that was seen. One without a record number, or beyond the blocks that are remembered, cannot be told. */
  add({ rule, event }: Detection): boolean {
    const { recordId } = event;
    if (recordId === 0n) return true;
    const log = logKey(event.computer, event.channel);
    const begin = this.#blockOf(`${rule.name}\u0000${log}\u0000${event.time >> TURN}\u0000${recordId >> BLOCK}`);
    if (begin === undefined) return true;
    const number = Number(BigInt.asUintN(Number(BLOCK), recordId));
    const at = begin + (number >>> 5);
    const word = this.#words[at] ?? 0;
    const bit = 1 << (number & 31);
    this.#words[at] = word | bit;
    return (word & bit) === 0;
  }

  #blockOf(key: string): number | undefined {
    const known = this.#blocks.get(key);
    if (known !== undefined || this.#blocks.size >= MOST) return known;
    const begin = this.#blocks.size * WORDS;
    this.#blocks.set(key, begin);
    if (begin + WORDS > this.#words.length) {
      const grown = new Uint32Array(2 * this.#words.length);
      grown.set(this.#words);
      this.#words = grown;
    }
    return begin;
  }
}
