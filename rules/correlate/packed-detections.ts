import { type Detection, detectionId, type RuleRef } from "../../model/detection.ts";

/**
 * Detections of groups that lie still, as text: about 150 bytes each where the objects take a thousand. What many have in common
 * (rule, log, names of fields) stands once, by number.
 */
export class PackedDetections {
  readonly #rules = new Numbered<RuleRef>();
  readonly #logs = new Numbered<readonly [channel: string, provider: string, eventId: number]>();
  readonly #names = new Numbered<readonly string[]>();

  pack(detections: Iterable<Detection>): string {
    return JSON.stringify(Array.from(detections, (detection) => this.#row(detection)));
  }

  unpack(packed: string): readonly Detection[] {
    // Only `pack` writes these.
    const rows: readonly Row[] = JSON.parse(packed);
    return rows.map(([rule, log, names, computer, recordId, time, values, id]) => {
      const ref = this.#rules.get(rule);
      const [channel, provider, eventId] = this.#logs.get(log);
      const event = { computer, channel, provider, eventId, recordId: BigInt(recordId), time: BigInt(time) };
      return {
        id: id ?? detectionId(ref.id, event),
        rule: ref,
        event,
        fields: Object.fromEntries(this.#names.get(names).map((name, at) => [name, values[at] ?? ""])),
      };
    });
  }

  #row({ id, rule, event, fields }: Detection): Row {
    const { computer, channel, provider, eventId, recordId, time } = event;
    const row = [
      this.#rules.numberOf(rule),
      this.#logs.numberOf([channel, provider, eventId]),
      this.#names.numberOf(Object.keys(fields)),
      computer,
      String(recordId),
      String(time),
      Object.values(fields),
    ] as const;
    return id === detectionId(rule.id, event) ? row : [...row, id];
  }
}

type Row = readonly [
  rule: number,
  log: number,
  names: number,
  computer: string,
  recordId: string,
  time: string,
  values: readonly string[],
  id?: string,
];

/** Things that are alike have one number. */
class Numbered<T> {
  readonly #numbers = new Map<string, number>();
  readonly #things: T[] = [];

  numberOf(thing: T): number {
    const text = JSON.stringify(thing);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#things.length);
    return this.#things.push(thing) - 1;
  }

  get(number: number): T {
    const thing = this.#things[number];
    if (thing === undefined) throw new Error(`nothing has the number ${number}`);
    return thing;
  }
}
