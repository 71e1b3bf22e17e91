import { MalformedError } from "./damage.ts";
import type { Node } from "./node.ts";
import { decodeValue, type Scalar, TYPE } from "./value.ts";

/** A record must not make more values or template instances than this, however its templates are nested. */
const MAX_VALUES = 65_536;
const MAX_INSTANCES = 256;

/**
 * The values of one record: the outermost template's first, then those of each template inside, in the order in which they are met.
 * They stay bytes until they are asked for. One table serves one record after the other.
 */
export class Values {
  bytes: Buffer = Buffer.alloc(0);
  /** Where each template's values begin, and which template and which value (-1: none) it stands in. */
  readonly bases: number[] = [];
  readonly #types: number[] = [];
  readonly #offsets: number[] = [];
  readonly #sizes: number[] = [];
  readonly #fragments: (readonly Node[] | undefined)[] = [];

  reset(bytes: Buffer): void {
    this.bytes = bytes;
    this.bases.length = 0;
    this.#types.length = 0;
  }

  get count(): number {
    return this.#types.length;
  }

  beginInstance(): number {
    if (this.bases.length >= MAX_INSTANCES)
      throw new MalformedError(`more than ${MAX_INSTANCES} templates in one record`);
    this.bases.push(this.#types.length);
    return this.#types.length;
  }

  push(type: number, offset: number, size: number): void {
    const index = this.#types.length;
    if (index >= MAX_VALUES) throw new MalformedError(`more than ${MAX_VALUES} values in one record`);
    this.#types.push(type);
    this.#offsets[index] = offset;
    this.#sizes[index] = size;
    this.#fragments[index] = undefined;
  }

  type(index: number): number {
    return index < this.#types.length ? (this.#types[index] ?? TYPE.null) : TYPE.null;
  }

  offset(index: number): number {
    return this.#offsets[index] ?? 0;
  }

  size(index: number): number {
    return index < this.#types.length ? (this.#sizes[index] ?? 0) : 0;
  }

  /** The elements of a value that is itself binary XML. */
  fragment(index: number): readonly Node[] | undefined {
    return index < this.#types.length ? this.#fragments[index] : undefined;
  }

  setFragment(index: number, nodes: readonly Node[]): void {
    this.#fragments[index] = nodes;
  }

  /** Undefined for null, for what is cut short, and for binary XML. */
  decode(index: number): Scalar | readonly Scalar[] | undefined {
    const type = this.type(index);
    return type === TYPE.null ? undefined : decodeValue(this.bytes, type, this.offset(index), this.size(index));
  }
}
