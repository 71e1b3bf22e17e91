import type { Detection } from "../../model/detection.ts";
import { FoldedDetections } from "./folded-detections.ts";
import type { Grouping } from "./grouping.ts";
import { countOf, type Held } from "./held.ts";
import { PackedDetections } from "./packed-detections.ts";
import { WholeDetections } from "./whole-detections.ts";

export class Group {
  readonly key: string;
  readonly grouping: Grouping;
  readonly #most: number;
  #detections: WholeDetections | FoldedDetections;
  /** Detection rules that came by the thousand already. */
  #common: ReadonlySet<string> = new Set();
  /** How many of the common rules came since it was concluded. */
  #more = 0;
  #isUrgent = true;

  /** @param most how many detections it may hold; beyond, a flood is folded */
  constructor(key: string, grouping: Grouping, most: number, detections: readonly Detection[] = []) {
    this.key = key;
    this.grouping = grouping;
    this.#most = most;
    this.#detections = new WholeDetections(detections);
  }

  /** How many are held. */
  get size(): number {
    return this.#detections.size;
  }

  /** How many were only counted. */
  get folded(): number {
    return this.#detections.count - this.#detections.size;
  }

  held(): Iterable<Held> {
    return this.#detections.held();
  }

  /** @returns whether it changed anything */
  add(detection: Detection): boolean {
    if (!this.#detections.add(detection)) return false;
    if (this.#detections instanceof WholeDetections && this.#detections.size > this.#most)
      this.#detections = new FoldedDetections(this.#detections.held(), this.#most, this.grouping.ruleNames.size);
    if (this.#common.has(detection.rule.name)) this.#more++;
    else this.#isUrgent = true;
    return true;
  }

  /** What it rests on beside its detections has changed. */
  hurry(): void {
    this.#isUrgent = true;
  }

  /**
   * Whether it is better concluded later: only a few more came of what it has by the thousand. So a flood costs the same for each detection, however
   * many there are.
   */
  get canWait(): boolean {
    return !this.#isUrgent && this.#more * PART < this.#detections.count;
  }

  /** It is about to be concluded. */
  noteConcluded(): void {
    this.#isUrgent = false;
    this.#more = 0;
    if (this.size < COMMON) return;
    const counts = new Map<string, number>();
    for (const one of this.held()) counts.set(one.rule.name, (counts.get(one.rule.name) ?? 0) + countOf([one]));
    this.#common = new Set([...counts].filter(([, count]) => count >= COMMON).map(([name]) => name));
  }
}

/** So many detections of a rule make the next one nothing new. */
const COMMON = 2_000;
/** A group is concluded again when it has grown by one part in so many. */
const PART = 32;

/** Groups of more detections than this are worked on too often to be packed. */
const MOST_PACKED = 8;
/** Groups that are kept as they are, at least. */
const KEPT = 4096;

/** Detections that a group holds: some 12 MB. */
const MOST_HELD = 16_384;

/** All groups by key. Most lie still for weeks with a detection or two: these are packed, so that a million of them fit into little memory. */
export class Groups {
  readonly #open = new Map<string, Group>();
  /** By the key's 16 bytes: the number of the grouping, and its detections. */
  readonly #packed = new Map<string, string>();
  readonly #packer = new PackedDetections();
  readonly #groupings: readonly Grouping[];
  readonly #most: number;
  #limit = KEPT;

  /** @param most how many detections a group may hold */
  constructor(groupings: readonly Grouping[], most = MOST_HELD) {
    this.#groupings = groupings;
    this.#most = most;
  }

  /** How many detections were only counted. */
  get folded(): number {
    let folded = 0;
    for (const group of this.#open.values()) folded += group.folded;
    return folded;
  }

  /** Undefined when there is none of this key. */
  get(key: string): Group | undefined {
    return this.#open.get(key) ?? this.#unpack(key);
  }

  /** Undefined also when it is packed: a group that is, is always concluded at once. */
  ifOpen(key: string): Group | undefined {
    return this.#open.get(key);
  }

  /** The group of this key, made if need be. */
  open(key: string, grouping: Grouping): Group {
    const known = this.get(key);
    if (known !== undefined) return known;
    const group = new Group(key, grouping, this.#most);
    this.#keep(group);
    return group;
  }

  /** Of all groups. */
  keys(): readonly string[] {
    return [
      ...this.#open.keys(),
      ...Array.from(this.#packed.keys(), (key) => Buffer.from(key, "latin1").toString("hex")),
    ];
  }

  #unpack(key: string): Group | undefined {
    const short = shortOf(key);
    const packed = this.#packed.get(short);
    if (packed === undefined) return undefined;
    this.#packed.delete(short);
    const from = packed.indexOf("[");
    const grouping = this.#groupings[Number(packed.slice(0, from))];
    if (grouping === undefined) throw new Error("a packed group has no grouping");
    const group = new Group(key, grouping, this.#most, this.#packer.unpack(packed.slice(from)));
    this.#keep(group);
    return group;
  }

  #keep(group: Group): void {
    if (this.#open.size >= this.#limit) this.#packSmall();
    this.#open.set(group.key, group);
  }

  #packSmall(): void {
    for (const [key, group] of this.#open) {
      if (group.size > MOST_PACKED) continue;
      const packed = `${this.#groupings.indexOf(group.grouping)}${this.#packer.pack(group.held())}`;
      this.#packed.set(shortOf(key), flat(packed));
      this.#open.delete(key);
    }
    this.#limit = 2 * this.#open.size + KEPT;
  }
}

/** 32 hex digits as 16 characters. */
function shortOf(key: string): string {
  return Buffer.from(key, "hex").toString("latin1");
}

/** A text that was put together holds on to its parts until it is written out. */
function flat(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
