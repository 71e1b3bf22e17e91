import type { EventFields } from "./event-fields.ts";
import { addEvtxDump, isEvtxDump } from "./evtx-dump.ts";
import { addFluentBit, isFluentBit } from "./fluent-bit.ts";
import type { JsonObject } from "./json.ts";
import { addNxlog, isNxlog } from "./nxlog.ts";
import { addOpenWec, isOpenWec } from "./openwec.ts";
import { addOtel, isOtel } from "./otel.ts";
import { addVector, isVector } from "./vector.ts";
import { addWinlogbeat, isWinlogbeat } from "./winlogbeat.ts";
import { addWinlogbeat6, isWinlogbeat6 } from "./winlogbeat6.ts";

interface JsonFormat {
  /** Told by keys that no other format has together. */
  readonly is: (message: JsonObject) => boolean;
  readonly add: (fields: EventFields, message: JsonObject) => void;
}

/** In the order in which they are tried: those told by one nested object first. */
export const JSON_FORMATS = {
  winlogbeat: { is: isWinlogbeat, add: addWinlogbeat },
  "evtx-dump": { is: isEvtxDump, add: addEvtxDump },
  openwec: { is: isOpenWec, add: addOpenWec },
  otel: { is: isOtel, add: addOtel },
  "fluent-bit": { is: isFluentBit, add: addFluentBit },
  nxlog: { is: isNxlog, add: addNxlog },
  vector: { is: isVector, add: addVector },
  winlogbeat6: { is: isWinlogbeat6, add: addWinlogbeat6 },
} satisfies Readonly<Record<string, JsonFormat>>;

export type JsonFormatName = keyof typeof JSON_FORMATS;
export type FormatName = JsonFormatName | "xml";

const JSON_FORMAT_NAMES = Object.keys(JSON_FORMATS) as readonly JsonFormatName[];
export const FORMAT_NAMES: readonly FormatName[] = [...JSON_FORMAT_NAMES, "xml"];

/** The first format whose keys the message has. */
export function detectFormat(message: JsonObject): JsonFormatName | undefined {
  return JSON_FORMAT_NAMES.find((name) => JSON_FORMATS[name].is(message));
}
