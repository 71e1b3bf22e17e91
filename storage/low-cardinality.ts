import { GrowingBytes } from "./growing-bytes.ts";

/** Texts of which many are the same, as ClickHouse's format Native has a column LowCardinality(String): each text once, and for each row which it is. */
export class LowCardinality {
  readonly #ids = new Map<string, number>();
  readonly #keys = new GrowingBytes();
  readonly #rows = new GrowingBytes();

  add(text: string): void {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(text, id);
      this.#keys.text(text);
    }
    this.#rows.uint32(id);
  }

  /** A version, what follows (ClickHouse's src/DataTypes/Serializations/SerializationLowCardinality.cpp), how many texts and rows there are, and these. */
  writeTo(blocks: GrowingBytes): void {
    blocks.uint64(1n);
    blocks.uint64(OWN_KEYS | KEYS_ARE_NEW | ROWS_OF_32_BITS);
    blocks.uint64(BigInt(this.#ids.size));
    blocks.append(this.#keys.bytes);
    blocks.uint64(BigInt(this.#rows.length / 4));
    blocks.append(this.#rows.bytes);
  }

  clear(): void {
    this.#ids.clear();
    this.#keys.clear();
    this.#rows.clear();
  }
}

const OWN_KEYS = 1n << 9n;
const KEYS_ARE_NEW = 1n << 10n;
const ROWS_OF_32_BITS = 2n;
