/**
 * EVTX files, read: `import { openEvtx } from "rootcause/evtx"`. Needs nothing but Node; see docs/evtx-api.md.
 *
 * @packageDocumentation
 */
export { compareEvents, type EventRef, eventRef, readAll, readFirst, type WindowsEvent } from "../../model/event.ts";
export type { Field, Shape } from "../../model/shape.ts";
export { isoFromTicks, type Ticks, unixMs } from "../../model/ticks.ts";
export { UserError } from "../../model/user-error.ts";
export type { Damage } from "./damage.ts";
export { type EvtxFile, NotEvtxError, openEvtx } from "./file.ts";
export { jsonLines, recordToJson } from "./json.ts";
export type { EvtxRecord } from "./record.ts";
export { recordToXml } from "./xml.ts";
