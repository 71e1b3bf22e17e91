import { exactIntegers } from "../../model/exact-integers.ts";
import { isoFromTicks, ticksFromUnixMs, unixMs } from "../../model/ticks.ts";
import type { EventPayload, UserDataElement } from "../../simulator/evtx-writer/event-to-write.ts";
import type { Sample } from "./events.ts";
import { binaryData, namedData, unnamedData } from "./windows-text.ts";

/** What every encoder may draw on: the event, its words, and its whole XML. */
export interface Shipped extends Sample {
  readonly xml: string;
}

type Encode = (shipped: Shipped) => unknown;

/** What each shipper makes of an event, by the documents and sources that DOMAIN.md F names. A text is the message as it is; else it is made JSON. */
export const ENCODERS: Readonly<Record<string, Encode>> = {
  "Event XML, OpenWEC Raw": ({ xml }) => xml,
  "OpenWEC RawJson": ({ xml }) => ({ meta: { TimeReceived: "2026-01-01T00:00:00Z" }, data: xml }),
  "OpenWEC Json": openWecJson,
  "OpenWEC Nxlog": (shipped) => {
    const { AccountName: _, EventReceivedTime: __, ...rest } = nxlog(shipped);
    return { ...rest, EventTime: isoFromTicks(shipped.event.time), OpenWEC: { TimeReceived: "2026-01-01T00:00:00Z" } };
  },
  NXLog: nxlog,
  "Winlogbeat 7, 8": winlogbeat,
  "Winlogbeat with include_xml": (shipped) => ({ ...winlogbeat(shipped), event: { original: shipped.xml } }),
  "Winlogbeat 6": winlogbeat6,
  "Fluent Bit": (shipped) => ({ ...fluentBit(shipped), StringInserts: inserts(shipped) }),
  "Fluent Bit, EventData map": (shipped) => ({
    ...fluentBit(shipped),
    EventData: { ...Object.fromEntries(fluentBitData(shipped)), ...listed(unnamedData(shipped.event.data)) },
  }),
  "Fluent Bit, render_event_as_xml": (shipped) => ({ System: shipped.xml, Message: shipped.words.message }),
  Vector: vector,
  "Vector with include_xml": (shipped) => ({ ...vector(shipped), xml: shipped.xml }),
  "OpenTelemetry, to 2023": (shipped) => otel(shipped, Object.fromEntries(namedData(shipped.event.data))),
  "OpenTelemetry, 2023 to 2026": (shipped) => {
    const { data } = shipped.event;
    const pairs = [...namedData(data), ...unnamedData(data).map((text) => ["", text] as const)];
    return otel(shipped, { data: pairs.map(([name, text]) => ({ [name]: text })), binary: binaryData(data) });
  },
  "OpenTelemetry, from 2026": (shipped) => {
    const { data } = shipped.event;
    const unnamed = unnamedData(data).map((text, place) => [`Data${place + 1}`, text]);
    return otel(shipped, Object.fromEntries([...namedData(data), ...unnamed]));
  },
  "Logstash around Winlogbeat": (shipped) => ({
    "@version": "1",
    "@timestamp": "2026-01-01T00:00:00Z",
    host: { name: "collector" },
    tags: ["_from_beats"],
    message: JSON.stringify(winlogbeat(shipped), exactIntegers),
  }),
};

function winlogbeat(shipped: Shipped) {
  const { event, words } = shipped;
  const { execution, data } = event;
  const userData = data.kind === "userData" ? { ...childTexts(data.root), xml_name: data.root.name } : undefined;
  return {
    "@timestamp": milliseconds(event.time),
    event: { code: String(event.eventId), kind: "event", provider: event.provider.name },
    log: { level: words.level.toLowerCase() },
    host: { name: event.computer },
    message: words.message,
    winlog: {
      channel: event.channel,
      computer_name: event.computer,
      event_id: String(event.eventId),
      keywords: words.keywords,
      opcode: "Info",
      process: execution && { pid: execution.processId, thread: { id: execution.threadId } },
      provider_guid: event.provider.guid,
      provider_name: event.provider.name,
      record_id: event.recordId,
      activity_id: event.activityId,
      version: event.version || undefined,
      user: event.userSid && { identifier: event.userSid, name: "SYSTEM" },
      event_data: parameters(data),
      user_data: userData,
    },
  };
}

function winlogbeat6(shipped: Shipped) {
  const { "@timestamp": time, winlog, message } = winlogbeat(shipped);
  const { channel, record_id, provider_name, process, event_id, ...rest } = winlog;
  return {
    ...rest,
    "@timestamp": time,
    event_id: Number(event_id),
    level: shipped.words.level,
    log_name: channel,
    message,
    process_id: process?.pid,
    record_number: String(record_id),
    source_name: provider_name,
    thread_id: process?.thread.id,
    type: "wineventlog",
  };
}

/** Numbered by place; empty ones are left out. */
function parameters(data: EventPayload): Record<string, string> {
  const unnamed = unnamedData(data).map((text, place) => [`param${place + 1}`, text] as const);
  const binary = binaryData(data);
  const pairs = [...namedData(data), ...unnamed, ...(binary === undefined ? [] : [["Binary", binary] as const])];
  return Object.fromEntries(pairs.filter(([, text]) => text !== ""));
}

/** Winlogbeat keeps the text of the elements right under UserData's own; attributes and what is deeper are lost. */
function childTexts(root: UserDataElement): Record<string, string> {
  const children = typeof root.content === "object" ? root.content : [];
  return Object.fromEntries(
    children.flatMap(({ name, content }) => (typeof content === "string" ? [[name, content]] : [])),
  );
}

const EVENT_TYPES = ["AUDIT_SUCCESS", "CRITICAL", "ERROR", "WARNING", "INFO"];

function nxlog({ event, words }: Shipped) {
  return {
    EventTime: isoFromTicks(event.time).slice(0, 19).replace("T", " "),
    Hostname: event.computer,
    Keywords: BigInt.asIntN(64, event.keywords),
    EventType: EVENT_TYPES[event.level],
    SeverityValue: 2,
    Severity: "INFO",
    EventID: event.eventId,
    SourceName: event.provider.name,
    ProviderGuid: event.provider.guid?.toUpperCase(),
    Version: event.version,
    Task: event.task,
    OpcodeValue: event.opcode,
    RecordNumber: event.recordId,
    ActivityID: event.activityId?.toUpperCase(),
    ExecutionProcessID: event.execution?.processId,
    ExecutionThreadID: event.execution?.threadId,
    Channel: event.channel,
    AccountName: event.userSid && "SYSTEM",
    UserID: event.userSid,
    Message: words.message,
    Opcode: "Info",
    ...Object.fromEntries(namedData(event.data)),
    EventReceivedTime: "2026-01-01 00:00:00",
    SourceModuleType: "im_msvistalog",
  };
}

function fluentBit({ event, words }: Shipped) {
  return {
    ProviderName: event.provider.name,
    ProviderGuid: event.provider.guid?.toUpperCase() ?? "",
    Qualifiers: event.qualifiers ?? "",
    EventID: event.eventId,
    Version: event.version ?? 0,
    Level: event.level,
    Task: event.task,
    Opcode: event.opcode ?? 0,
    Keywords: `0x${event.keywords.toString(16)}`,
    TimeCreated: seconds(event.time),
    EventRecordID: event.recordId,
    ActivityID: event.activityId?.toUpperCase() ?? "",
    RelatedActivityID: "",
    ProcessID: event.execution?.processId ?? 0,
    ThreadID: event.execution?.threadId ?? 0,
    Channel: event.channel,
    Computer: event.computer,
    UserID: event.userSid === undefined ? "" : "NT AUTHORITY\\SYSTEM",
    Message: words.message,
  };
}

function fluentBitData({ event }: Shipped): readonly (readonly [string, string | number])[] {
  if (event.data.kind !== "named") return [];
  const texts = new Map(namedData(event.data));
  return event.data.fields.map(([name, value]) => {
    if (value.type === "filetime") return [name, seconds(value.value)];
    return [name, value.type === "uint32" ? value.value : (texts.get(name) ?? "")];
  });
}

function inserts(shipped: Shipped): readonly (string | number)[] {
  const { data } = shipped.event;
  if (data.kind === "userData") return Object.values(childTexts(data.root));
  return [...fluentBitData(shipped).map(([, value]) => value), ...unnamedData(data)];
}

function vector({ event, words }: Shipped) {
  const unnamed = unnamedData(event.data);
  return {
    timestamp: isoFromTicks(event.time).replace("Z", "00Z"),
    host: event.computer,
    message: words.message,
    source_type: "windows_event_log",
    event_id: event.eventId,
    record_id: event.recordId,
    level: words.level,
    level_value: event.level,
    channel: event.channel,
    provider_name: event.provider.name,
    provider_guid: event.provider.guid,
    computer: event.computer,
    user_id: event.userSid,
    process_id: event.execution?.processId ?? 0,
    thread_id: event.execution?.threadId ?? 0,
    task: event.task || undefined,
    opcode: event.opcode || undefined,
    keywords: `0x${event.keywords.toString(16).toUpperCase().padStart(16, "0")}`,
    activity_id: event.activityId,
    version: event.version,
    qualifiers: event.qualifiers,
    string_inserts: unnamed.length > 0 ? unnamed : undefined,
    event_data: Object.fromEntries(namedData(event.data)),
  };
}

function openWecJson({ event, words, isForwarded, xml }: Shipped) {
  const { data, execution } = event;
  const rendering = { Message: words.message, Level: words.level, Keywords: words.keywords, Culture: "en-US" };
  return {
    System: {
      Provider: { Name: event.provider.name, Guid: event.provider.guid, EventSourceName: event.provider.sourceName },
      EventID: event.eventId,
      EventIDQualifiers: event.qualifiers,
      Version: event.version,
      Level: event.level,
      Task: event.task,
      Opcode: event.opcode,
      Keywords: `0x${event.keywords.toString(16)}`,
      TimeCreated: isoFromTicks(event.time),
      EventRecordID: event.recordId,
      Correlation: { ActivityID: event.activityId },
      Execution: execution && { ProcessID: execution.processId, ThreadID: execution.threadId },
      Channel: event.channel,
      Computer: event.computer,
      UserID: event.userSid,
    },
    EventData: { ...Object.fromEntries(namedData(data)), ...listed(unnamedData(data)), Binary: binaryData(data) },
    UserData: /<UserData.*<\/UserData>/s.exec(xml)?.[0],
    RenderingInfo: isForwarded ? { ...rendering, Channel: event.channel } : undefined,
    OpenWEC: { TimeReceived: "2026-01-01T00:00:00Z", Principal: "FE01$" },
  };
}

function listed(unnamed: readonly string[]) {
  return unnamed.length === 0 ? {} : { Data: unnamed };
}

function otel({ event, words }: Shipped, eventData: unknown) {
  return {
    event_id: { id: event.eventId, qualifiers: event.qualifiers ?? 0 },
    provider: {
      name: event.provider.name,
      guid: event.provider.guid ?? "",
      event_source: event.provider.sourceName ?? "",
    },
    system_time: isoFromTicks(event.time).replace("Z", "00Z"),
    computer: event.computer,
    channel: event.channel,
    record_id: event.recordId,
    level: words.level,
    message: words.message,
    task: "",
    opcode: "Info",
    keywords: words.keywords,
    event_data: eventData,
  };
}

function milliseconds(time: bigint): string {
  return new Date(unixMs(time)).toISOString();
}

function seconds(time: bigint): string {
  return `${isoFromTicks(ticksFromUnixMs(unixMs(time)))
    .slice(0, 19)
    .replace("T", " ")} +0000`;
}
