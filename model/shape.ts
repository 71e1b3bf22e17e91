/**
 * The field names that every event of one kind has, in the order of the event's values: made once, shared by all events that have it.
 * Rules are compiled for a shape, so that a field's name is looked up once and not once an event.
 *
 * Names are Sigma's for Windows: under System the element's name, or element and attribute joined by `_` (`Provider_Name`,
 * `Execution_ProcessID`, `Security_UserID`; a `TimeCreated` and an `EventID` are plain); under EventData the `Name` of the `<Data>`; under
 * UserData the innermost element's name, and `Element_Attribute` for its attributes (`Result_value`, `Certificate_fileRef`).
 * A `<Data>` without a name is called `Data`, as often as it occurs.
 */
export class Shape {
  /** One name a slot; a name may come more than once (unnamed `<Data>`, repeated elements). */
  readonly fields: readonly string[];
  /** Where to read what tells an event from every other; undefined for what events of this shape do not have. */
  readonly identity: {
    readonly computer: number | undefined;
    readonly channel: number | undefined;
    readonly provider: number | undefined;
    readonly eventId: number | undefined;
    readonly recordId: number | undefined;
  };
  readonly #slots = new Map<string, number[]>();

  constructor(fields: readonly string[]) {
    this.fields = fields;
    fields.forEach((name, slot) => {
      const key = name.toLowerCase();
      const slots = this.#slots.get(key);
      if (slots === undefined) this.#slots.set(key, [slot]);
      else slots.push(slot);
    });
    const slotOf = (key: string) => this.#slots.get(key)?.[0];
    this.identity = {
      computer: slotOf("computer"),
      channel: slotOf("channel"),
      provider: slotOf("provider_name"),
      eventId: slotOf("eventid"),
      recordId: slotOf("eventrecordid"),
    };
  }

  /**
   * Where to read the named field, whatever its case; undefined when events of this shape do not have it.
   * `Data1`, `Data2` … are the unnamed `<Data>` by position, beginning at 1, and `ComputerName`, as many rules and shippers say, is `Computer`, unless
   * a field really has that name. So are `Channel2`, `EventID2` … what data has beside System's own of that name.
   */
  field(name: string): Field | undefined {
    const key = name.toLowerCase();
    const slots = this.#slots.get(key);
    if (slots !== undefined) return { slots: IDENTITY.has(key) ? slots.slice(0, 1) : slots, position: undefined };
    if (key === "computername") return this.field("computer");
    const [, base = "", number] = /^(.+?)([1-9]\d{0,2})$/.exec(key) ?? [];
    const numbered = this.#slots.get(base);
    if (numbered === undefined) return undefined;
    if (base === "data") return { slots: numbered, position: Number(number) - 1 };
    return IDENTITY.has(base) && number !== "1"
      ? { slots: numbered.slice(1), position: Number(number) - 2 }
      : undefined;
  }
}

/**
 * The names, in lower case, of what tells where an event comes from. It is System's alone, which comes first: event 1108 has an `EventID` of its own
 * among its data, that of the event which could not be logged, and must not be taken for that one.
 */
export const IDENTITY: ReadonlySet<string> = new Set([
  "computer",
  "channel",
  "provider_name",
  "eventid",
  "eventrecordid",
  "timecreated",
]);

/** A field of one shape, resolved: the slots whose values it has and, for `Data3`, which of these values in order (0-based). */
export interface Field {
  readonly slots: readonly number[];
  readonly position: number | undefined;
}
