import { MalformedError } from "./damage.ts";
import type { Node } from "./node.ts";
import type { Template } from "./template.ts";
import { ARRAY, decodeValue, type Scalar, TYPE } from "./value.ts";

/** A record must not make more values or template instances than this, however its templates are nested. */
const MAX_VALUES = 65_536;
const MAX_INSTANCES = 256;
/** Room for so many from the beginning, more than real records have: a table that is made anew while it is in use costs the code compiled for the old one. */
const USUAL_VALUES = 1_024;
/** Set in the type of a value whose binary XML has been parsed. No type of Windows' has this bit; one that claims to is an unknown one. */
const PARSED = 0x40;
const UNKNOWN = 0x3f;

/**
 * The values of one record: the outermost template's first, then those of each template inside, in the order in which they are met.
 * They stay bytes until they are asked for. One table serves one record after the other.
 */
export class Values {
  bytes: Buffer = Buffer.alloc(0);
  /** Of the same bytes. */
  view = new DataView(this.bytes.buffer, 0, 0);
  chunk = -1;
  /** How many templates have been met. */
  instanceCount = 0;
  /** False when a value holds binary XML that is more, or something else, than one template. */
  templatesOnly = true;
  /** The first value of the instance added last that is binary XML or a list; behind them all when none is. */
  firstNested = 0;
  /** A hash of the templates and of the values' types: records that have both in common are written alike. */
  formHash = 0;
  #count = 0;
  /** In the order in which they are met; what is behind `instanceCount` is of older records. */
  readonly #templates: (Template | undefined)[] = new Array(MAX_INSTANCES).fill(undefined);
  readonly #bases = new Uint32Array(MAX_INSTANCES);
  #types = new Uint8Array(USUAL_VALUES);
  #typeBytes = new DataView(this.#types.buffer);
  #offsets = new Uint32Array(USUAL_VALUES);
  #sizes = new Uint16Array(USUAL_VALUES);
  readonly #fragments: (readonly Node[] | undefined)[] = [];

  /** `chunk`: a number that no other bytes have in the process, also none that come to stand in the same buffer. */
  reset(bytes: Buffer, chunk: number): void {
    this.chunk = chunk;
    if (this.bytes !== bytes) this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.bytes = bytes;
    this.instanceCount = 0;
    this.templatesOnly = true;
    this.formHash = 0;
    this.#count = 0;
  }

  get count(): number {
    return this.#count;
  }

  /** The types as they stand in the table, a byte each, for comparing records with each other. The bytes are the table's own. */
  get rawTypes(): DataView {
    return this.#typeBytes;
  }

  /**
   * Takes in a template's values: `count` descriptors (size 2, type 1, unused 1) at `descriptors`, then the values one behind the other.
   * The descriptors must lie within the bytes. Returns where the values end, which may be behind the end of the bytes they should be in.
   */
  addInstance(template: Template, descriptors: number, count: number): number {
    const first = this.#count;
    if (first + count > MAX_VALUES) throw new MalformedError(`more than ${MAX_VALUES} values in one record`);
    if (first + count > this.#types.length) this.#grow(first + count);
    this.#addTemplate(template, first);
    const { view } = this;
    const types = this.#types;
    const offsets = this.#offsets;
    const sizes = this.#sizes;
    const end = first + count;
    let hash = (Math.imul(this.formHash, 31) + template.id) | 0;
    let at = descriptors + 4 * count;
    let firstNested = end;
    for (let index = first, from = descriptors; index < end; index++, from += 4) {
      const descriptor = view.getInt32(from, true);
      const raw = (descriptor >>> 16) & 0xff;
      const type = raw & PARSED ? UNKNOWN : raw;
      const size = descriptor & 0xffff;
      if (type >= TYPE.binXml && firstNested === end && (type === TYPE.binXml || type & ARRAY)) firstNested = index;
      types[index] = type;
      offsets[index] = at;
      sizes[index] = size;
      hash = (Math.imul(hash, 31) + type) | 0;
      at += size;
    }
    this.formHash = hash;
    this.firstNested = firstNested;
    this.#count = end;
    return at;
  }

  /** Takes in a text that stands in the record's own elements. */
  addText(at: number, size: number): number {
    const index = this.#count;
    if (index >= MAX_VALUES) throw new MalformedError(`more than ${MAX_VALUES} values in one record`);
    if (index >= this.#types.length) this.#grow(index + 1);
    this.#types[index] = TYPE.string;
    this.#offsets[index] = at;
    this.#sizes[index] = size;
    this.#count = index + 1;
    return index;
  }

  /** Takes back texts, down to `count` values. */
  forgetSince(count: number): false {
    this.#count = count;
    return false;
  }

  /** The record's own elements have been read as a template, whose texts are the values from `base` on. */
  addElements(template: Template, base: number): void {
    if (!this.isFlatSince(base)) this.templatesOnly = false;
    this.#addTemplate(template, base);
    this.formHash = (Math.imul(this.formHash, 31) + template.id) | 0;
  }

  /** No template instance has been met since there were so many values. */
  isFlatSince(count: number): boolean {
    return this.instanceCount === 0 || (this.#bases[this.instanceCount - 1] ?? 0) < count;
  }

  /** The template that was met as the one with this number, and where its values begin. */
  template(instance: number): Template | undefined {
    return instance < this.instanceCount ? this.#templates[instance] : undefined;
  }

  base(instance: number): number {
    return this.#bases[instance] ?? 0;
  }

  #addTemplate(template: Template, base: number): void {
    const instance = this.instanceCount;
    if (instance >= MAX_INSTANCES) throw new MalformedError(`more than ${MAX_INSTANCES} templates in one record`);
    this.#templates[instance] = template;
    this.#bases[instance] = base;
    this.instanceCount = instance + 1;
  }

  #grow(needed: number): void {
    const length = Math.max(needed, 2 * this.#types.length);
    const types = new Uint8Array(length);
    const offsets = new Uint32Array(length);
    const sizes = new Uint16Array(length);
    types.set(this.#types);
    offsets.set(this.#offsets);
    sizes.set(this.#sizes);
    this.#types = types;
    this.#typeBytes = new DataView(types.buffer);
    this.#offsets = offsets;
    this.#sizes = sizes;
  }

  type(index: number): number {
    return index < this.#count ? (this.#types[index] ?? TYPE.null) & ~PARSED : TYPE.null;
  }

  offset(index: number): number {
    return this.#offsets[index] ?? 0;
  }

  size(index: number): number {
    return index < this.#count ? (this.#sizes[index] ?? 0) : 0;
  }

  /** The elements of a value that is itself binary XML. */
  fragment(index: number): readonly Node[] | undefined {
    return index < this.#count && (this.#types[index] ?? 0) & PARSED ? this.#fragments[index] : undefined;
  }

  setFragment(index: number, nodes: readonly Node[]): void {
    this.#types[index] = (this.#types[index] ?? 0) | PARSED;
    this.#fragments[index] = nodes;
    if (nodes.length !== 1 || nodes[0]?.kind !== "instance") this.templatesOnly = false;
  }

  /** Undefined for null, for what is cut short, and for binary XML. */
  decode(index: number): Scalar | readonly Scalar[] | undefined {
    const type = this.type(index);
    return type === TYPE.null ? undefined : decodeValue(this.bytes, type, this.offset(index), this.size(index));
  }
}
