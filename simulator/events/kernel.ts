import type { Ticks } from "../../model/ticks.ts";
import type { TypedValue } from "../evtx-writer/typed-value.ts";
import type { Host } from "../host.ts";
import { type LoggedEvent, SYSTEM_SID, text, uint32 } from "../logged-event.ts";

const GENERAL = { name: "Microsoft-Windows-Kernel-General", guid: "{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}" };
const POWER = { name: "Microsoft-Windows-Kernel-Power", guid: "{331c3b3a-2005-44c2-ac5e-77220c37d6b4}" };
const BOOT = { name: "Microsoft-Windows-Kernel-Boot", guid: "{15ca44ff-4d7a-4baa-bba5-0998955e531e}" };

/** The kernel's events in System (DOMAIN.md D; shapes of `samples/Kernel-*.xml`). */
export function systemStarted(host: Host, at: Ticks, startTime: Ticks): LoggedEvent {
  return kernel(host, at, { provider: GENERAL, eventId: 12, task: 1, keywords: 0x8000_0000_0000_0080n }, [
    ["MajorVersion", uint32(10)],
    ["MinorVersion", uint32(0)],
    ["BuildVersion", uint32(14393)],
    ["QfeVersion", uint32(5582)],
    ["ServiceVersion", { type: "uint16", value: 0 }],
    ["BootMode", uint32(0)],
    ["StartTime", { type: "filetime", value: startTime }],
  ]);
}

export function systemStopping(host: Host, at: Ticks): LoggedEvent {
  return kernel(host, at, { provider: GENERAL, eventId: 13, task: 2, keywords: 0x8000_0000_0000_0080n }, [
    ["StopTime", { type: "filetime", value: at }],
  ]);
}

export function kernelShutdown(host: Host, at: Ticks): LoggedEvent {
  return kernel(host, at, { provider: POWER, eventId: 109, task: 103, keywords: 0x8000_4000_0000_0404n }, [
    ["ShutdownActionType", uint32(5)],
    ["ShutdownEventCode", uint32(0)],
    ["ShutdownReason", uint32(5)],
  ]);
}

/** Version 6 of the event, as Windows Server 2016 has it. */
export function rebootedWithoutShutdown(host: Host, at: Ticks): LoggedEvent {
  const zero: TypedValue = { type: "hex64", value: 0n };
  const kind = { provider: POWER, eventId: 41, version: 6, level: 1, task: 63, keywords: 0x8000_4000_0000_0002n };
  return kernel(host, at, kind, [
    ["BugcheckCode", uint32(0)],
    ["BugcheckParameter1", zero],
    ["BugcheckParameter2", zero],
    ["BugcheckParameter3", zero],
    ["BugcheckParameter4", zero],
    ["SleepInProgress", uint32(0)],
    ["PowerButtonTimestamp", { type: "uint64", value: 0n }],
    ["BootAppStatus", uint32(0)],
    ["Checkpoint", uint32(0)],
    ["ConnectedStandbyInProgress", { type: "boolean", value: false }],
  ]);
}

export function lastShutdown(host: Host, at: Ticks, good: boolean): LoggedEvent {
  return kernel(host, at, { provider: BOOT, eventId: 20, version: 1, task: 31 }, [
    ["LastShutdownGood", { type: "boolean", value: good }],
    ["LastBootGood", { type: "boolean", value: true }],
    ["LastBootId", uint32(0)],
    ["BootStatusPolicy", uint32(1)],
  ]);
}

export function bootType(host: Host, at: Ticks): LoggedEvent {
  return kernel(host, at, { provider: BOOT, eventId: 27, version: 1, task: 33 }, [
    ["BootType", uint32(0)],
    ["LoadOptions", text(" NOEXECUTE=OPTOUT")],
  ]);
}

type Kind = Pick<LoggedEvent, "provider" | "eventId" | "task"> &
  Partial<Pick<LoggedEvent, "version" | "level" | "keywords">>;

function kernel(host: Host, at: Ticks, kind: Kind, fields: readonly (readonly [string, TypedValue])[]): LoggedEvent {
  return {
    version: 0,
    level: 4,
    opcode: 0,
    keywords: 0x8000_0000_0000_0000n,
    ...kind,
    time: at,
    execution: { processId: 4, threadId: 8 },
    channel: "System",
    computer: host.computer,
    userSid: SYSTEM_SID,
    data: { kind: "named", fields },
  };
}
