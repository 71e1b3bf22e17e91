import type { WindowsEvent } from "../../model/event.ts";
import { isoFromTicks } from "../../model/ticks.ts";
import { MAX_FIELDS, MAX_IDENTITY, MAX_NAME } from "./limits.ts";
import { type Clock, type Moment, NO_MOMENT } from "./moment.ts";
import { internShape } from "./shape-pool.ts";
import { invalidField, UnreadableError } from "./unreadable-error.ts";

/** An event that came as a message. It is a plain thing of its own and may be kept. */
export interface ShippedEvent extends WindowsEvent {
  readonly clock: Clock;
}

const IDENTITY = ["Provider_Name", "Channel", "Computer"] as const;

/** Collects the fields of one event, in the order of Windows' XML. */
export class EventFields {
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  #moment: Moment = NO_MOMENT;
  #timeSlot = -1;

  /** Adds nothing where there is no value. Half a surrogate pair becomes U+FFFD, as in the EVTX reader. */
  add(name: string, value: string | undefined): void {
    if (value === undefined) return;
    if (this.#names.length >= MAX_FIELDS)
      throw new UnreadableError("too-many-fields", `It has more than ${MAX_FIELDS} values.`);
    if (name.length > MAX_NAME) throw new UnreadableError("too-large", `A name has more than ${MAX_NAME} characters.`);
    this.#names.push(name);
    this.#values.push(value.toWellFormed());
  }

  /** Sets the time, and `TimeCreated` with it. */
  setMoment(moment: Moment): void {
    this.#moment = moment;
    if (moment.clock === "none") return;
    if (this.#timeSlot === -1) {
      this.#timeSlot = this.#names.length;
      this.add("TimeCreated", "");
    }
  }

  get clock(): Clock {
    return this.#moment.clock;
  }

  /** The first value of that name. */
  first(name: string): string | undefined {
    return this.#values[this.#names.indexOf(name)];
  }

  /** @throws UnreadableError as `checkIdentity` does */
  toEvent(): ShippedEvent {
    checkIdentity((name) => this.first(name));
    const values = this.#values;
    const timeSlot = this.#timeSlot;
    const { time, clock } = this.#moment;
    return {
      shape: internShape(this.#names),
      time,
      clock,
      value: (slot) => (slot === timeSlot ? isoFromTicks(time) : values[slot]),
    };
  }
}

/** @throws UnreadableError when provider or event id are missing, the record id is none, or a name that tells where it comes from is no name */
export function checkIdentity(first: (name: string) => string | undefined): void {
  if ((first("Provider_Name") ?? "") === "") throw new UnreadableError("no-event", "It names no provider.");
  if (!/^\d{1,10}$/.test(first("EventID") ?? "")) throw new UnreadableError("no-event", "It has no event id.");
  const recordId = first("EventRecordID") ?? "";
  if (recordId !== "" && !isRecordId(recordId)) throw invalidField("EventRecordID", "number of a record", recordId);
  for (const name of IDENTITY)
    if ((first(name)?.length ?? 0) > MAX_IDENTITY)
      throw new UnreadableError("too-large", `Its ${name} has more than ${MAX_IDENTITY} characters.`);
}

const LARGEST = 2n ** 64n - 1n;

function isRecordId(text: string): boolean {
  return /^\d{1,20}$/.test(text) && (text.length < 20 || BigInt(text) <= LARGEST);
}
