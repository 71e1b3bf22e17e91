import { Cursor } from "./cursor.ts";
import { type Damage, MalformedError } from "./damage.ts";
import { NODE_WEIGHT } from "./expansion.ts";
import { type FragmentContext, MORE, parseFragment, TOKEN } from "./fragment.ts";
import { ImageRecorder } from "./image.ts";
import { KnownImages } from "./known-images.ts";
import type { ChunkNumbers } from "./missing-chunks.ts";
import { BEFORE_HASH, nameHash } from "./name.ts";
import type { InstanceNode, Node } from "./node.ts";
import type { EvtxRecord } from "./record.ts";
import { type FoundInChunk, RecordFinder } from "./record-finder.ts";
import { CHUNK_HEADER, nextRecord, RECORD_HEADER, soundSize } from "./record-search.ts";
import { makeTemplate, type Template } from "./template.ts";
import { fits } from "./template-fit.ts";
import { ARRAY, fixedSize, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

const MAX_INSTANCE_DEPTH = 8;
/** Windows' own names have at most some dozens of characters. */
const MAX_NAME = 1_024;
/** Names are kept no longer than until there are so many: a hostile chunk has one at every offset. */
const MAX_NAMES = 4_096;
/** What a record may come to, in characters before escaping (`Expansion`); the largest of the real ones seen comes to a seventieth of it. */
const MAX_EXPANSION = 4 << 20;

/** By the beginning of their GUID, and by the hash of the first element's name. */
const knownDefinitions = new KnownImages();
const knownElements = new KnownImages();

/** How many there have been in the process. */
let chunks = 0;

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
  readonly #number = ++chunks;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #place: ChunkPlace;
  readonly #report: (damage: Damage) => void;
  readonly #shared: SharedTemplates | undefined;
  readonly #names = new Map<number, string>();
  readonly #templates = new Map<number, Template>();
  /** Definitions that cannot be read: every record that uses one fails alike, and each at the cost of one look-up. */
  readonly #malformed = new Map<number, MalformedError>();
  #values: Values | undefined;
  #depth = 0;
  /** Of the definition or the elements that are being parsed. */
  #recorder: ImageRecorder | undefined;
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

  /** The numbers of its first and last record, where its header is to be believed. */
  get numbers(): ChunkNumbers | undefined {
    return this.#findRecords().numbers;
  }

  /** Whether no record has been found so far. */
  get isEmpty(): boolean {
    return this.#findRecords().isEmpty;
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
    const name = this.#findName(offset);
    this.#expand(NODE_WEIGHT + 2 * name.length);
    this.#recorder?.name(reference, offset === reference + 4, name);
    return name;
  }

  #findName(offset: number): string {
    const known = this.#names.get(offset);
    if (known !== undefined) return known;
    const cursor = new Cursor(this.#view, offset + BEFORE_HASH, this.#bytes.length);
    const hash = cursor.u16();
    const length = cursor.u16();
    if (length > MAX_NAME) throw new MalformedError(`a name of ${length} characters`);
    const name = cursor.utf16(length);
    if (this.#inSlack && nameHash(name) !== hash) throw new MalformedError("a name has been overwritten");
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(offset, name);
    return name;
  }

  instance(cursor: Cursor): InstanceNode {
    const values = this.#values;
    if (values === undefined) throw new MalformedError("a template is used inside a template's definition");
    if (this.#depth >= MAX_INSTANCE_DEPTH) throw new MalformedError(`templates nest deeper than ${MAX_INSTANCE_DEPTH}`);
    const view = this.#view;
    const start = cursor.at;
    cursor.skip(9);
    const id = view.getInt32(start + 1, true);
    const definedAt = view.getInt32(start + 5, true) >>> 0;
    const isHere = definedAt === cursor.at;
    if (isHere) {
      cursor.skip(20);
      cursor.skip(cursor.u32());
    }
    const isIts = isHere || this.#isTemplateAt(definedAt, id);
    const template = this.#findTemplate(id, definedAt, isIts);
    const count = cursor.u32();
    if (count * 4 > cursor.end - cursor.at)
      throw new MalformedError(`a template with ${count} values, more than the record can hold`);
    const base = values.count;
    const size = values.addInstance(template, cursor.at, count) - cursor.at;
    if (!isIts && !fits(template, values, base, count))
      throw new MalformedError("the template of this record is not where it should be");
    this.#expand(template.expansion.weight + template.expansion.uses * size);
    cursor.skip(size);
    if (values.firstNested < base + count) this.#nested(template, values, values.firstNested, base + count);
    return { kind: "instance", template, base };
  }

  /** Reads those of a template's values, from `first` up to `end`, that are binary XML, and weighs those that are lists. */
  #nested({ expansion: { uses, tag } }: Template, values: Values, first: number, end: number): void {
    const times = this.#times;
    this.#times *= uses;
    this.#depth++;
    for (let index = first; index < end; index++) {
      const type = values.type(index);
      const size = values.size(index);
      if (type & ARRAY) this.#expand(size * tag);
      if ((type & ~ARRAY) !== TYPE.binXml || size === 0) continue;
      const at = values.offset(index);
      values.setFragment(index, this.#fragment(new Cursor(this.#view, at, at + size)));
    }
    this.#depth--;
    this.#times = times;
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
    const key = this.#firstNameHash(cursor);
    const known = key === undefined ? undefined : knownElements.find(key, cursor, values);
    if (known === undefined) return this.#parseElements(cursor, base, key);
    this.#expand(known.weight);
    values?.addElements(known.template, base);
    return [{ kind: "instance", template: known.template, base }];
  }

  /** The hash and the length of the name of the element at the cursor; undefined when there is something else. */
  #firstNameHash(cursor: Cursor): number | undefined {
    const header = this.#bytes[cursor.at] === TOKEN.fragment ? 4 : 0;
    const token = cursor.at + header;
    if (token + 9 > cursor.end || ((this.#bytes[token] ?? 0) & ~MORE) !== TOKEN.openElement) return undefined;
    const hash = this.#view.getInt32(token + 5, true) + BEFORE_HASH;
    return hash >= BEFORE_HASH && hash + 4 <= this.#bytes.length ? this.#view.getInt32(hash, true) : undefined;
  }

  #parseElements(cursor: Cursor, base: number, key: number | undefined): readonly Node[] {
    const values = this.#values;
    const expansion = this.#expansion;
    const [outerBase, outerRecorder] = [this.#literalBase, this.#recorder];
    const recorder = new ImageRecorder(this.#view, cursor.at);
    this.#literalBase = base;
    this.#recorder = recorder;
    const nodes = parseFragment(cursor, this, false);
    this.#literalBase = outerBase;
    this.#recorder = outerRecorder;
    if (values === undefined || nodes.every((node) => node.kind === "instance")) return nodes;
    const template = makeTemplate(nodes);
    // What has templates inside is met once only.
    if (key !== undefined && values.isFlatSince(base)) {
      const weight = (this.#expansion - expansion) / this.#times;
      knownElements.keep(key, { image: recorder.finish(cursor), template, weight });
    }
    values.addElements(template, base);
    return [{ kind: "instance", template, base }];
  }

  sizeAt(at: number): void {
    this.#recorder?.size(at);
  }

  literal(at: number, size: number): number {
    this.#recorder?.text(at, size);
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
    try {
      const template = this.#templateAt(offset);
      if (isIts) this.#shared?.note(id, template);
      return template;
    } catch (error) {
      // The definition is damaged behind its GUID: that of another chunk is the same.
      const same = error instanceof MalformedError && isIts ? this.#shared?.find(id) : undefined;
      if (same === undefined) throw error;
      return same;
    }
  }

  #isTemplateAt(offset: number, id: number): boolean {
    return offset + 8 <= this.#bytes.length && this.#view.getInt32(offset + 4, true) === id;
  }

  #templateAt(offset: number): Template {
    return this.#templates.get(offset) ?? this.#readTemplate(offset);
  }

  #readTemplate(offset: number): Template {
    const failed = this.#malformed.get(offset);
    if (failed !== undefined) throw failed;
    try {
      const template = this.#parseTemplate(offset);
      this.#templates.set(offset, template);
      return template;
    } catch (error) {
      if (error instanceof MalformedError) this.#malformed.set(offset, error);
      throw error;
    }
  }

  /** Offset of the next in its bucket (4), GUID (16), size (4), then the content. */
  #parseTemplate(offset: number): Template {
    const header = new Cursor(this.#view, offset + 20, this.#bytes.length);
    const size = header.u32();
    const { at: start } = header;
    const id = this.#view.getInt32(offset + 4, true);
    const cursor = new Cursor(this.#view, start, start + size);
    const known = knownDefinitions.find(id, cursor);
    if (known !== undefined) {
      this.#expand(known.weight);
      return known.template;
    }
    const values = this.#values;
    const expansion = this.#expansion;
    const recorder = new ImageRecorder(this.#view, start);
    const outerRecorder = this.#recorder;
    this.#values = undefined;
    this.#recorder = recorder;
    try {
      const nodes = parseFragment(cursor, this, true);
      if (!nodes.some((node) => node.kind === "element"))
        throw new MalformedError("the template of this record is not where it should be");
      const template = makeTemplate(nodes);
      const weight = (this.#expansion - expansion) / this.#times;
      knownDefinitions.keep(id, { image: recorder.finish(cursor), template, weight });
      return template;
    } finally {
      this.#values = values;
      this.#recorder = outerRecorder;
    }
  }

  #read(record: EvtxRecord, at: number, size: number): boolean {
    record.values.reset(this.#bytes, this.#number);
    record.moved(at, this.#place.offset + at, size);
    this.#values = record.values;
    this.#depth = 0;
    this.#times = 1;
    this.#expansion = 0;
    this.#recorder = undefined;
    try {
      record.root = this.#fragment(new Cursor(this.#view, at + RECORD_HEADER, at + size - 4));
      if (record.root.length === 0) throw new MalformedError("the record is empty");
      if (this.#finder?.isVerified !== true) this.#judge(record, at);
      return true;
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#tell({ kind: "lost", at, reason: error.message, recordId: record.recordId, records: 1 });
      return false;
    }
  }

  /** Where no checksum vouches for it: a size that has been changed shifts all values behind it, and makes a plausible, false event. */
  #judge({ values, recordId }: EvtxRecord, at: number): void {
    for (let index = 0; index < values.count; index++) {
      const size = values.size(index);
      if (size === (fixedSize(values.type(index)) ?? size)) continue;
      const reason = "a value has not the size of its type: what stands behind it may be false";
      this.#tell({ kind: "verdict", at, reason, recordId, records: 0 });
      return;
    }
  }

  #tell({ at, ...found }: FoundInChunk): void {
    this.#report({ file: this.#place.file, offset: this.#place.offset + at, chunk: this.#place.index, ...found });
  }
}
