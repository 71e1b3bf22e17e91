import type { Detection } from "../../model/detection.ts";
import type { Grouping } from "./grouping.ts";
import { PackedDetections } from "./packed-detections.ts";

export interface Group {
  readonly key: string;
  readonly grouping: Grouping;
  /** By id. */
  readonly detections: Map<string, Detection>;
}

/** Groups of more detections than this are worked on too often to be packed. */
const MOST_PACKED = 8;
/** Groups that are kept as they are, at least. */
const KEPT = 4096;

/** All groups by key. Most lie still for weeks with a detection or two: these are packed, so that a million of them fit into little memory. */
export class Groups {
  readonly #open = new Map<string, Group>();
  /** By the key's 16 bytes: the number of the grouping, and its detections. */
  readonly #packed = new Map<string, string>();
  readonly #packer = new PackedDetections();
  readonly #groupings: readonly Grouping[];
  #limit = KEPT;

  constructor(groupings: readonly Grouping[]) {
    this.#groupings = groupings;
  }

  /** Undefined when there is none of this key. */
  get(key: string): Group | undefined {
    return this.#open.get(key) ?? this.#unpack(key);
  }

  /** The group of this key, made if need be. */
  open(key: string, grouping: Grouping): Group {
    const known = this.get(key);
    if (known !== undefined) return known;
    const group = { key, grouping, detections: new Map<string, Detection>() };
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
    const detections = this.#packer.unpack(packed.slice(from));
    const group = { key, grouping, detections: new Map(detections.map((one) => [one.id, one])) };
    this.#keep(group);
    return group;
  }

  #keep(group: Group): void {
    if (this.#open.size >= this.#limit) this.#packSmall();
    this.#open.set(group.key, group);
  }

  #packSmall(): void {
    for (const [key, { grouping, detections }] of this.#open) {
      if (detections.size > MOST_PACKED) continue;
      const packed = `${this.#groupings.indexOf(grouping)}${this.#packer.pack(detections.values())}`;
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
