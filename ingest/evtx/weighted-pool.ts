/** What a pool may hold, in characters or what weighs as much. Real logs stay far below it. */
const MAX_WEIGHT = 8 << 20;

/**
 * Things that are worked out once and kept for the next time. A hostile file has any number of them, of any size, so past a weight the pool starts anew:
 * that costs time and no result.
 */
export class WeightedPool<K, V> {
  readonly #entries = new Map<K, V>();
  #weight = 0;

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  add(key: K, value: V, weight: number): void {
    this.#weight += weight;
    if (this.#weight > MAX_WEIGHT) {
      this.#entries.clear();
      this.#weight = weight;
    }
    this.#entries.set(key, value);
  }
}
