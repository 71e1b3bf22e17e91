import type { WindowsEvent } from "../../model/event.ts";
import type { Shape } from "../../model/shape.ts";
import { type Ticks, ticksFromIso } from "../../model/ticks.ts";
import { type Form, formOf } from "./form.ts";
import type { Node } from "./node.ts";
import { planRecord, type ShapePlan, type Source } from "./shape-plan.ts";
import { isCodeType, TYPE } from "./value.ts";
import { valueText } from "./value-text.ts";
import { Values } from "./values.ts";

/**
 * One record of an EVTX file, seen as an event. The reader gives the same object again and again with other content:
 * read out of it what is to be kept before going on to the next record.
 */
export class EvtxRecord implements WindowsEvent {
  /** Byte offset in the file. */
  offset = 0;
  /** Bytes of the record, its header included. */
  size = 0;
  root: readonly Node[] = [];
  readonly values = new Values();
  #plan: ShapePlan | undefined;
  /** Where in `values.bytes` the record begins. */
  #at = 0;

  /** Called by the reader when the record is another: one at `at` in the bytes that its values are of. */
  moved(at: number, offset: number, size: number): void {
    this.#at = at;
    this.offset = offset;
    this.size = size;
    this.#plan = undefined;
  }

  /** The record's own number in its file. In forwarded logs it is not the event's `EventRecordID`. */
  get recordId(): bigint {
    return this.values.view.getBigUint64(this.#at + 8, true);
  }

  /** When the record was written to this file, from its header. */
  get written(): Ticks {
    return this.values.view.getBigUint64(this.#at + 16, true);
  }

  get shape(): Shape {
    return this.#planned().shape;
  }

  get time(): Ticks {
    const plan = this.#planned();
    const source = plan.sources[plan.time];
    if (source === undefined) return 0n;
    if (source.kind === "value") {
      const { values } = this;
      if (values.type(source.index) === TYPE.filetime && values.size(source.index) >= 8)
        return values.view.getBigUint64(values.offset(source.index), true);
    }
    const text = this.#text(source);
    return typeof text === "string" ? (ticksFromIso(text) ?? 0n) : 0n;
  }

  value(slot: number): string | readonly string[] | undefined {
    const plan = this.#planned();
    const index = plan.values[slot] ?? -1;
    if (index >= 0) return valueText(this.values, index);
    const source = plan.sources[slot];
    return source === undefined ? undefined : this.#text(source);
  }

  isCode(slot: number): boolean {
    const source = this.#planned().sources[slot];
    return source?.kind === "value" && isCodeType(this.values.type(source.index));
  }

  #text(source: Source): string | readonly string[] | undefined {
    switch (source.kind) {
      case "literal":
        return source.text;
      case "value": {
        const text = valueText(this.values, source.index);
        return text === undefined && source.emptyWhenNull ? "" : text;
      }
      case "joined":
        return this.#joined(source.parts);
    }
  }

  #joined(parts: readonly Source[]): string | undefined {
    const texts = parts.map((part) => this.#text(part));
    return texts.every((text) => text === undefined) ? undefined : texts.flat().join("");
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
