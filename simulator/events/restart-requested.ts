import type { Ticks } from "../../model/ticks.ts";
import type { Host } from "../host.ts";
import { type LoggedEvent, SYSTEM_SID, text } from "../logged-event.ts";

/** Who asks for a restart, and why. */
export const RESTART_REASONS = [
  {
    process: "C:\\Windows\\system32\\svchost.exe",
    reason: "Operating System: Service pack (Planned)",
    code: "0x80020010",
    user: "NT AUTHORITY\\SYSTEM",
  },
  { process: "C:\\Windows\\Explorer.EXE", reason: "Other (Planned)", code: "0x85000000", user: "CORP\\ops.admin" },
  {
    process: "C:\\Windows\\System32\\wbem\\wmiprvse.exe",
    reason: "Application: Maintenance (Planned)",
    code: "0x80040001",
    user: "CORP\\svc-patching",
  },
] as const;

/** User32 1074: a process asked for a restart (DOMAIN.md D; shape of `samples/User32-1074.xml`). */
export function restartRequested(host: Host, at: Ticks, by: (typeof RESTART_REASONS)[number]): LoggedEvent {
  const params = [`${by.process} (${host.name})`, host.name, by.reason, by.code, "restart", "", by.user];
  return {
    provider: { name: "User32", guid: "{b0aa8734-56f7-41cc-b2f4-de228e98b946}", sourceName: "User32" },
    eventId: 1074,
    qualifiers: 32768,
    version: 0,
    level: 4,
    task: 0,
    opcode: 0,
    keywords: 0x8080_0000_0000_0000n,
    time: at,
    execution: { processId: host.processes.winlogon, threadId: host.processes.winlogon + 112 },
    channel: "System",
    computer: host.computer,
    userSid: SYSTEM_SID,
    data: { kind: "named", fields: params.map((param, index) => [`param${index + 1}`, text(param)]) },
  };
}
