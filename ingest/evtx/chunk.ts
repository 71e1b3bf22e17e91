import { copyOf } from "./bytes.ts";
import { Cursor } from "./cursor.ts";
import { type Damage, MalformedError } from "./damage.ts";
import { ElementImages, type Gap } from "./element-image.ts";
import { NODE_WEIGHT } from "./expansion.ts";
import { type FragmentContext, NAME_HEADER, parseFragment, TOKEN } from "./fragment.ts";
import { MARK, Markup } from "./markup.ts";
import type { InstanceNode, Node } from "./node.ts";
import type { EvtxRecord } from "./record.ts";
import { type FoundInChunk, RecordFinder } from "./record-finder.ts";
import { CHUNK_HEADER, nextRecord, RECORD_HEADER, soundSize } from "./record-search.ts";
import { internTemplate, makeTemplate, type Template } from "./template.ts";
import { fits } from "./template-fit.ts";
import { findByImage, keepImage, type NameReference } from "./template-image.ts";
import { ARRAY, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

const MAX_INSTANCE_DEPTH = 8;
/** Windows' own names have at most some dozens of characters. */
const MAX_NAME = 1_024;
/** Names are kept no longer than until there are so many: a hostile chunk has one at every offset. */
const MAX_NAMES = 4_096;
/** What a record may come to, in characters before escaping (`Expansion`); the largest of the real ones seen comes to a seventieth of it. */
const MAX_EXPANSION = 4 << 20;

export interface ChunkPlace {
  readonly file: string;
  readonly index: number;
  /** Byte offset of the chunk in its file. */
  readonly offset: number;
  /** The file says that it has no checksums (flag 0x4 of its header). */
  readonly unchecked: boolean;
}

/** What chunks know of each other's templates, by the beginning of the GUID. */
export interface SharedTemplates {
  note(id: number, template: Template): void;
  find(id: number): Template | undefined;
}

/**
 * One chunk: up to 64 KiB of records with the names and templates that they use. It needs nothing from outside itself.
 * Damage is told to `report` and never thrown.
 */
export class Chunk implements FragmentContext {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #place: ChunkPlace;
  readonly #report: (damage: Damage) => void;
  readonly #shared: SharedTemplates | undefined;
  readonly #names = new Map<number, string>();
  readonly #templates = new Map<number, Template | MalformedError>();
  /** What names the definition that is being parsed has referred to; undefined outside of one. */
  #references: { readonly start: number; readonly names: NameReference[] } | undefined;
  readonly #markup = new Markup();
  #values: Values | undefined;
  #depth = 0;
  readonly #images = new ElementImages();
  /** Of the elements that are being read; undefined when a name is spelt out in them, which comes once in a chunk. */
  #gaps: Gap[] | undefined;
  /** The number of the first value of the elements that are being read. */
  #literalBase = 0;
  /** How many times what is being read will be written, and what the record has come to so far. */
  #times = 1;
  #expansion = 0;
  /** Nothing in slack space is to be believed that does not prove itself. */
  #inSlack = false;
  #finder: RecordFinder | undefined;

  /**
   * `bytes` is shorter than a chunk where the file was cut.
   * Templates are noted in `shared`, and taken from there for records whose own has been overwritten.
   */
  constructor(bytes: Buffer, place: ChunkPlace, report: (damage: Damage) => void, shared?: SharedTemplates) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#place = place;
    this.#report = report;
    this.#shared = shared;
  }

  /** Reads one record after the other into `record`. */
  *records(record: EvtxRecord): Generator<EvtxRecord, void, undefined> {
    while (this.next(record)) yield record;
  }

  /** Reads the next record into `record`; false when there is none. A loop over it takes half the time that a generator does. */
  next(record: EvtxRecord): boolean {
    const finder = this.#findRecords();
    for (let at = finder.next(); at !== undefined; at = finder.next())
      if (this.#read(record, at, finder.size)) return true;
    return false;
  }

  /** How many records there are, whatever is in them. */
  count(): number {
    const finder = this.#findRecords();
    let count = 0;
    while (finder.next() !== undefined) count++;
    return count;
  }

  #findRecords(): RecordFinder {
    this.#finder ??= new RecordFinder(this.#bytes, this.#place.unchecked, (found) => this.#tell(found));
    return this.#finder;
  }

  /**
   * Behind the records that count, or from `from` on: what is left of older ones, as far as it is whole. To be called when `records` has ended.
   */
  *remains(record: EvtxRecord, from = this.#finder?.end ?? CHUNK_HEADER): Generator<EvtxRecord, void, undefined> {
    this.#inSlack = true;
    for (let at = nextRecord(this.#bytes, from); at !== undefined; ) {
      const size = soundSize(this.#bytes, at) ?? 0;
      if (this.#read(record, at, size)) {
        yield record;
        at = nextRecord(this.#bytes, at + size);
      } else at = nextRecord(this.#bytes, at + 1);
    }
  }

  /** The name at this offset of the chunk. */
  name(offset: number, reference: number): string {
    const name = this.#nameAt(offset);
    if (offset === reference + 4) this.#gaps = undefined;
    if (this.#references !== undefined) {
      const { start, names } = this.#references;
      names.push({ at: reference - start, name, isHere: offset === reference + 4 });
    }
    return name;
  }

  #nameAt(offset: number): string {
    let name = this.#names.get(offset);
    if (name === undefined) {
      const cursor = new Cursor(this.#view, offset + NAME_HEADER - 4, this.#bytes.length);
      const hash = cursor.u16();
      const length = cursor.u16();
      if (length > MAX_NAME) throw new MalformedError(`a name of ${length} characters`);
      name = cursor.utf16(length);
      if (this.#inSlack && nameHash(name) !== hash) throw new MalformedError("a name has been overwritten");
      if (this.#names.size >= MAX_NAMES) this.#names.clear();
      this.#names.set(offset, name);
    }
    this.#expand(NODE_WEIGHT + 2 * name.length);
    return name;
  }

  instance(cursor: Cursor): InstanceNode {
    const values = this.#values;
    if (values === undefined) throw new MalformedError("a template is used inside a template's definition");
    if (this.#depth >= MAX_INSTANCE_DEPTH) throw new MalformedError(`templates nest deeper than ${MAX_INSTANCE_DEPTH}`);
    const { at: start } = cursor;
    cursor.skip(9);
    const id = this.#view.getUint32(start + 1, true);
    const definedAt = this.#view.getUint32(start + 5, true);
    const isHere = definedAt === cursor.at;
    if (isHere) {
      cursor.skip(20);
      cursor.skip(cursor.u32());
    }
    const isIts = isHere || this.#templateIdAt(definedAt) === id;
    const template = this.#findTemplate(id, definedAt, isIts);
    const count = cursor.u32();
    if (count * 4 > cursor.end - cursor.at)
      throw new MalformedError(`a template with ${count} values, more than the record can hold`);
    const base = values.count;
    const end = values.addInstance(template, cursor.at, count);
    if (!isIts && !fits(template, values, base, count))
      throw new MalformedError("the template of this record is not where it should be");
    const { weight, uses, tag } = template.expansion;
    this.#expand(weight + uses * (end - cursor.at));
    cursor.skip(end - cursor.at);
    const times = this.#times;
    this.#times *= uses;
    this.#depth++;
    for (let index = values.firstNested; index < base + count; index++) {
      if (values.type(index) & ARRAY) this.#expand(values.size(index) * tag);
      if ((values.type(index) & ~ARRAY) !== TYPE.binXml || values.size(index) === 0) continue;
      const at = values.offset(index);
      values.setFragment(index, this.#fragment(new Cursor(this.#view, at, at + values.size(index))));
    }
    this.#depth--;
    this.#times = times;
    return { kind: "instance", template, base };
  }

  /** What a record or a value is, nearly always, is one template and nothing else: that needs no parser. */
  #fragment(cursor: Cursor): readonly Node[] {
    const header = this.#bytes[cursor.at] === TOKEN.fragment ? 4 : 0;
    if (this.#bytes[cursor.at + header] !== TOKEN.instance) return this.#elements(cursor);
    cursor.skip(header + 1);
    const instance = this.instance(cursor);
    if (cursor.done || cursor.peek() === TOKEN.end) return [instance];
    return [instance, ...this.#elements(cursor)];
  }

  /**
   * Elements that stand in the record itself are made a template of, whose values are the texts between them: CAPI2, for one, writes all
   * its events so, and each kind of them becomes one template.
   */
  #elements(cursor: Cursor): readonly Node[] {
    const values = this.#values;
    const base = values?.count ?? 0;
    const image = values && this.#images.find(cursor, this.#view, values);
    if (image === undefined) return this.#parseElements(cursor, base);
    this.#expand(image.weight);
    values?.addElements(image.template, base);
    return [{ kind: "instance", template: image.template, base }];
  }

  #parseElements(cursor: Cursor, base: number): readonly Node[] {
    const { at: start } = cursor;
    const values = this.#values;
    const markup = this.#markup;
    const from = markup.length;
    const expansion = this.#expansion;
    const [outerBase, outerGaps] = [this.#literalBase, this.#gaps];
    this.#literalBase = base;
    this.#gaps = [];
    parseFragment(cursor, this, markup, false);
    const gaps = this.#gaps;
    this.#literalBase = outerBase;
    this.#gaps = outerGaps;
    const known = values?.isFlatSince(base) && markup.length > from ? internTemplate(markup, from) : undefined;
    const nodes = known?.nodes ?? markup.nodesSince(from);
    markup.cut(from);
    if (values === undefined || nodes.every((node) => node.kind === "instance")) return nodes;
    const template = known ?? makeTemplate(nodes);
    values.addElements(template, base);
    if (known !== undefined && gaps !== undefined) {
      const bytes = copyOf(this.#view, start, cursor.at);
      const weight = (this.#expansion - expansion) / this.#times;
      this.#images.keep({ bytes, start, gaps, isAll: cursor.done, template, weight });
    }
    return [{ kind: "instance", template, base }];
  }

  sizeAt(at: number): void {
    this.#gaps?.push({ at, size: 4, isText: false });
  }

  literal(at: number, size: number): number {
    this.#gaps?.push({ at: at - 2, size: size + 2, isText: true });
    const index = this.#values?.addText(at, size) ?? 0;
    return index - this.#literalBase;
  }

  #expand(weight: number): void {
    this.#expansion += weight * this.#times;
    if (this.#expansion > MAX_EXPANSION) throw new MalformedError("the record repeats itself without measure");
  }

  /** A record names its template twice: by offset, and by the beginning of its GUID. They disagree when one of them is damaged or overwritten. */
  #findTemplate(id: number, offset: number, isIts: boolean): Template {
    const elsewhere = isIts ? undefined : this.#shared?.find(id);
    if (elsewhere !== undefined) return elsewhere;
    if (!isIts && this.#inSlack) throw new MalformedError("the record's template has been overwritten");
    const template = this.#templateAt(offset);
    if (isIts) this.#shared?.note(id, template);
    return template;
  }

  #templateIdAt(offset: number): number | undefined {
    return offset + 8 <= this.#bytes.length ? this.#view.getUint32(offset + 4, true) : undefined;
  }

  #templateAt(offset: number): Template {
    const known = this.#templates.get(offset);
    if (known instanceof MalformedError) throw known;
    if (known !== undefined) return known;
    try {
      const template = this.#parseTemplate(offset);
      this.#templates.set(offset, template);
      return template;
    } catch (error) {
      // Every record that uses it fails alike, and each at the cost of one look-up.
      if (error instanceof MalformedError) this.#templates.set(offset, error);
      throw error;
    }
  }

  /** Offset of the next in its bucket (4), GUID (16), size (4), then the content. */
  #parseTemplate(offset: number): Template {
    const header = new Cursor(this.#view, offset + 20, this.#bytes.length);
    const size = header.u32();
    const start = header.at;
    const place = { id: this.#bytes.readUInt32LE(offset + 4), start, end: Math.min(start + size, this.#bytes.length) };
    const known = findByImage(this.#view, place, (nameOffset) => this.#nameAt(nameOffset));
    if (known !== undefined) return known;
    const values = this.#values;
    const markup = this.#markup;
    const from = markup.length;
    const names: NameReference[] = [];
    this.#values = undefined;
    this.#references = { start, names };
    try {
      parseFragment(new Cursor(this.#view, start, start + size), this, markup, true);
      if (!markup.hasSince(from, MARK.open))
        throw new MalformedError("the template of this record is not where it should be");
      const template = internTemplate(markup, from);
      keepImage(this.#view, place, names, template);
      return template;
    } finally {
      markup.cut(from);
      this.#values = values;
      this.#references = undefined;
    }
  }

  #read(record: EvtxRecord, at: number, size: number): boolean {
    record.values.reset(this.#bytes);
    record.moved(at, this.#place.offset + at, size);
    this.#values = record.values;
    this.#depth = 0;
    this.#times = 1;
    this.#expansion = 0;
    this.#markup.cut(0);
    this.#gaps = undefined;
    try {
      record.root = this.#fragment(new Cursor(this.#view, at + RECORD_HEADER, at + size - 4));
      if (record.root.length === 0) throw new MalformedError("the record is empty");
      return true;
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#tell({ kind: "lost", at, reason: error.message, recordId: record.recordId, records: 1 });
      return false;
    }
  }

  #tell({ at, ...found }: FoundInChunk): void {
    this.#report({ file: this.#place.file, offset: this.#place.offset + at, chunk: this.#place.index, ...found });
  }
}

/** The hash that stands before a name: h = 65599 h + c over its UTF-16 units, 16 bits of it. */
function nameHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 65_599) + name.charCodeAt(index)) | 0;
  return hash & 0xffff;
}
