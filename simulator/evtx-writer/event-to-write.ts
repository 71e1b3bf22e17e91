import type { Ticks } from "../../model/ticks.ts";
import type { TypedValue } from "./typed-value.ts";

/** One event as it is to stand in an EVTX file. What is undefined has no element (or attribute) in the event's XML. */
export interface EventToWrite {
  readonly provider: Provider;
  readonly eventId: number;
  /** `EventID/@Qualifiers`: the upper half of a classic event's identifier. */
  readonly qualifiers?: number;
  readonly version?: number;
  readonly level: number;
  readonly task: number;
  readonly opcode?: number;
  readonly keywords: bigint;
  readonly time: Ticks;
  readonly recordId: bigint;
  readonly activityId?: string;
  /** Absent in events that a classic source reported. */
  readonly execution?: { readonly processId: number; readonly threadId: number };
  readonly channel: string;
  readonly computer: string;
  /** `Security/@UserID` */
  readonly userSid?: string;
  readonly data: EventPayload;
}

interface Provider {
  readonly name: string;
  readonly guid?: string;
  /** `EventSourceName`: what a manifest provider of classic events is called in the registry. */
  readonly sourceName?: string;
}

export type EventPayload =
  /** `<EventData>` of `<Data Name=…>` in this order, and `<Binary>` when it has one. */
  | {
      readonly kind: "named";
      readonly fields: readonly (readonly [name: string, value: TypedValue])[];
      readonly binary?: Uint8Array;
    }
  /** `<EventData>` of `<Data>` without names, and `<Binary>`: the insertion strings of a classic event. */
  | { readonly kind: "unnamed"; readonly strings: readonly string[]; readonly binary?: Uint8Array }
  /** `<UserData>` with this one element. */
  | { readonly kind: "userData"; readonly root: UserDataElement };

/** An element of UserData: attributes in order, then text or elements. */
export interface UserDataElement {
  readonly name: string;
  readonly attributes?: readonly (readonly [name: string, value: string])[];
  readonly content?: string | readonly UserDataElement[];
}
