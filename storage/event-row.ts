import { eventRef, type WindowsEvent } from "../model/event.ts";
import type { Shape } from "../model/shape.ts";
import { eventColumns } from "./event-columns.ts";
import { encodeRow, wellFormed } from "./rows.ts";

/** Where the values of one shape go. */
interface Plan {
  /** The fields that have no column of their own, each with its name as JSON. */
  readonly fields: readonly { readonly slot: number; readonly prefix: string }[];
  /** Whether a name comes more than once, so that its values must be numbered. */
  readonly isNumbered: boolean;
}

const plans = new WeakMap<Shape, Plan>();

/**
 * The event's row in the table `events`, as one line of JSON: its identity, and `fields` with every other field that has a value. Where a name comes
 * more than once its values are numbered from 1: `Data1`, `Data2`.
 */
export function eventRow(event: WindowsEvent): string {
  const plan = planOf(event.shape);
  if (plan.isNumbered) return numberedRow(event);
  let text = "";
  for (const { slot, prefix } of plan.fields) {
    const value = event.value(slot);
    if (value === undefined) continue;
    if (typeof value !== "string") return numberedRow(event);
    text += `${text === "" ? "" : ","}${prefix}${JSON.stringify(value)}`;
  }
  const identity = JSON.stringify(eventColumns(eventRef(event)));
  return wellFormed(`${identity.slice(0, -1)},"fields":{${text}}}`);
}

function planOf(shape: Shape): Plan {
  let plan = plans.get(shape);
  if (plan === undefined) {
    const names = shape.fields.filter((name) => !IDENTITY.has(name));
    plan = {
      fields: shape.fields.flatMap((name, slot) =>
        IDENTITY.has(name) ? [] : [{ slot, prefix: `${JSON.stringify(name)}:` }],
      ),
      isNumbered: new Set(names).size < names.length,
    };
    plans.set(shape, plan);
  }
  return plan;
}

function numberedRow(event: WindowsEvent): string {
  const values = new Map<string, string[]>();
  for (const [slot, name] of event.shape.fields.entries()) {
    if (IDENTITY.has(name)) continue;
    const value = event.value(slot);
    if (value !== undefined) values.set(name, [...(values.get(name) ?? [])].concat(value));
  }
  const fields = [...values].flatMap(([name, all]) =>
    all.map((value, index) => [all.length === 1 ? name : `${name}${index + 1}`, value] as const),
  );
  return encodeRow({ ...eventColumns(eventRef(event)), fields: Object.fromEntries(fields) });
}

/** Fields that have columns of their own. */
const IDENTITY = new Set(["Computer", "Channel", "Provider_Name", "EventID", "EventRecordID", "TimeCreated"]);
