import type { Shape } from "../../model/shape.ts";
import { isoFromTicks } from "../../model/ticks.ts";
import { CAPI2 } from "./certificate-in-message.ts";
import { dataText } from "./event-data.ts";
import { checkIdentity, type ShippedEvent } from "./event-fields.ts";
import { walkEvtxDump } from "./evtx-dump.ts";
import { detectFormat } from "./formats.ts";
import { parseObject } from "./json.ts";
import { Layouts, withMarks } from "./layouts.ts";
import { momentOf } from "./moment.ts";
import { isTimeField, keywordsAsText } from "./system.ts";

/** Where the value of a slot comes from: it is the message's value of that number, or always the same. */
interface Source {
  readonly from: number | string;
  /** Undefined when the value is taken as it is. */
  readonly transform: ((text: string) => string) | undefined;
}

/** How messages of one layout become events. */
interface Plan {
  readonly shape: Shape;
  readonly sources: readonly Source[];
  readonly timeSlot: number;
  readonly slots: ReadonlyMap<string, number>;
  /** Such messages may be completed from what they say (`addCertificateFromMessage`), if they are CAPI2's. */
  readonly lacksData: boolean;
}

const layouts = new Layouts<Plan>();

/**
 * Reads a message as `evtx_dump` and `rootcause ingest` write it, when one of the same layout was learned; undefined when it is to be parsed.
 * Either way it is the same event.
 *
 * @throws UnreadableError as `parseMessage` does
 */
export function eventOfKnownLayout(text: string): ShippedEvent | undefined {
  const found = layouts.find(text);
  if (found === undefined) return undefined;
  const { shape, sources, timeSlot, slots, lacksData } = found.known;
  const value = (slot: number) => {
    const source = sources[slot];
    if (source === undefined) return undefined;
    const text = typeof source.from === "number" ? found.value(source.from) : source.from;
    return source.transform === undefined ? text : source.transform(text);
  };
  const { time, clock } = momentOf(value(timeSlot), undefined);
  if (clock === "none") return undefined;
  const first = (name: string) => value(slots.get(name) ?? -1);
  checkIdentity(first);
  if (lacksData && first("Provider_Name") === CAPI2) return undefined;
  return { shape, time, clock, value: (slot) => (slot === timeSlot ? isoFromTicks(time) : value(slot)) };
}

/** Learns the layout of a message of which parsing made this event. Where the event has more than the layout tells, there is nothing to learn. */
export function learnLayout(text: string, { shape }: ShippedEvent): void {
  if (!layouts.canLearn || !/^\{\s?"Event"/.test(text)) return;
  const probe = withMarks(text, MARK);
  const message = probe === undefined ? undefined : parseObject(probe);
  if (message === undefined || detectFormat(message) !== "evtx-dump") return;
  const sources: Source[] = [];
  const names: string[] = [];
  walkEvtxDump(message, (name, text, isSystem) => {
    names.push(isSystem && isTimeField(name) ? TIME : name);
    sources.push({
      from: text.startsWith(MARK) ? Number(text.slice(MARK.length)) : text,
      transform: !isSystem ? dataOf : name === "Keywords" ? keywordsAsText : undefined,
    });
  });
  const timeSlot = names.indexOf(TIME);
  if (timeSlot === -1 || JSON.stringify(names) !== JSON.stringify(shape.fields)) return;
  const slots = new Map(names.map((name, slot) => [name, slot] as const).reverse());
  layouts.add(text, { shape, sources, timeSlot, slots, lacksData: slots.has("Message") && !slots.has("Data") });
}

const TIME = "TimeCreated";
/** No value of an event begins so: JSON would write it as an escape. */
const MARK = "\u0001";

function dataOf(text: string): string {
  return dataText(text) ?? text;
}
