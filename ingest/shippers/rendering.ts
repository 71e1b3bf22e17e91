import type { EventFields } from "./event-fields.ts";
import { filledText, isList, type JsonValue } from "./json.ts";

type Value = JsonValue | undefined;

/** What a shipper had Windows put into words: what stands in `<RenderingInfo>` of a forwarded event. */
export interface Rendering {
  readonly culture?: Value;
  readonly message: Value;
  readonly level?: Value;
  readonly task?: Value;
  readonly opcode?: Value;
  readonly channel?: Value;
  readonly provider?: Value;
  readonly keywords?: Value;
}

export function addRendering(fields: EventFields, rendering: Rendering): void {
  fields.add("RenderingInfo_Culture", filledText(rendering.culture));
  fields.add("Message", filledText(rendering.message));
  fields.add("RenderingInfo_Level", filledText(rendering.level));
  fields.add("RenderingInfo_Task", filledText(rendering.task));
  fields.add("RenderingInfo_Opcode", filledText(rendering.opcode));
  fields.add("RenderingInfo_Channel", filledText(rendering.channel));
  fields.add("RenderingInfo_Provider", filledText(rendering.provider));
  const { keywords } = rendering;
  for (const keyword of isList(keywords) ? keywords : [keywords])
    fields.add("RenderingInfo_Keyword", filledText(keyword));
}

/** The provider of the audit events: of these, names of levels and keywords tell the whole number. */
const AUDIT = "Microsoft-Windows-Security-Auditing";

const LEVELS: ReadonlyMap<string, string> = new Map([
  ["critical", "1"],
  ["error", "2"],
  ["warning", "3"],
  ["information", "4"],
  ["verbose", "5"],
]);

/**
 * The number of a level of which the shipper kept the English name only; another language's gives undefined.
 * "Information" is both 0 and 4: Windows' audit events have 0, nearly all others 4.
 */
export function levelFromName(name: Value, provider: Value): string | undefined {
  if (typeof name !== "string" || name.length > 11) return undefined;
  const level = LEVELS.get(name.toLowerCase());
  return level === "4" && provider === AUDIT ? "0" : level;
}

/** Keywords from their names, where these leave no doubt; elsewhere a channel's own bit is not told by any name. */
export function keywordsFromNames(names: Value, provider: Value): string | undefined {
  if (provider !== AUDIT || !isList(names)) return undefined;
  if (names.includes("Audit Success")) return "0x8020000000000000";
  return names.includes("Audit Failure") ? "0x8010000000000000" : undefined;
}
