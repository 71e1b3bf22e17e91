import type { WindowsEvent } from "../../model/event.ts";
import type { Shape } from "../../model/shape.ts";
import { type Ticks, ticksFromIso } from "../../model/ticks.ts";
import { type Form, formOf } from "./form.ts";
import type { Node } from "./node.ts";
import { planRecord, type ShapePlan, type Source } from "./shape-plan.ts";
import { type Scalar, scalarText, TYPE } from "./value.ts";
import { Values } from "./values.ts";

/**
 * One record of an EVTX file, seen as an event. The reader gives the same object again and again with other content:
 * read out of it what is to be kept before going on to the next record.
 */
export class EvtxRecord implements WindowsEvent {
  /** The record's own number in its file. In forwarded logs it is not the event's `EventRecordID`. */
  recordId = 0n;
  /** When the record was written to this file, from its header. */
  written: Ticks = 0n;
  /** Byte offset in the file. */
  offset = 0;
  /** Bytes of the record, its header included. */
  size = 0;
  root: readonly Node[] = [];
  readonly values = new Values();
  #plan: ShapePlan | undefined;

  /** Called by the reader when the record's content is another. */
  changed(): void {
    this.#plan = undefined;
  }

  get shape(): Shape {
    return this.#planned().shape;
  }

  get time(): Ticks {
    const plan = this.#planned();
    const source = plan.sources[plan.time];
    if (source === undefined) return 0n;
    if (source.kind === "value") {
      const index = this.#index(source.level, source.index);
      if (this.values.type(index) === TYPE.filetime && this.values.size(index) >= 8)
        return this.values.bytes.readBigUInt64LE(this.values.offset(index));
    }
    const text = this.#text(source);
    return typeof text === "string" ? (ticksFromIso(text) ?? 0n) : 0n;
  }

  value(slot: number): string | readonly string[] | undefined {
    const source = this.#planned().sources[slot];
    return source === undefined ? undefined : this.#text(source);
  }

  #text(source: Source): string | readonly string[] | undefined {
    switch (source.kind) {
      case "literal":
        return source.text;
      case "value": {
        const value = this.values.decode(this.#index(source.level, source.index));
        if (value === undefined) return source.emptyWhenNull ? "" : undefined;
        return Array.isArray(value) ? value.map(scalarText) : scalarText(value as Scalar);
      }
      case "joined": {
        const parts = source.parts.map((part) => this.#text(part));
        return parts.every((part) => part === undefined) ? undefined : parts.flat().join("");
      }
    }
  }

  #index(level: number, index: number): number {
    return (this.values.bases[level] ?? 0) + index;
  }

  #planned(): ShapePlan {
    this.#plan ??= this.#findPlan();
    return this.#plan;
  }

  /** Records that consist of templates only share their plan; one with elements of its own is planned by itself. */
  #findPlan(): ShapePlan {
    const form = this.form;
    if (form === undefined) return planRecord(this);
    form.plan ??= planRecord(this);
    return form.plan;
  }

  /** Undefined for a record that has elements of its own, outside templates. */
  get form(): Form | undefined {
    if (this.root.length !== 1 || this.root[0]?.kind !== "instance" || !this.values.templatesOnly) return undefined;
    return formOf(this.values);
  }
}
