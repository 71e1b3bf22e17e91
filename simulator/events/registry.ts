import { isoFromTicks, type Ticks } from "../../model/ticks.ts";
import type { Host } from "../host.ts";
import { type LoggedEvent, SYSTEM_SID, text, uint32 } from "../logged-event.ts";
import type { Root } from "../roots.ts";

/** A value that a process sets under HKLM. `key` begins below `HKLM\`. */
export interface RegistryWrite {
  readonly image: string;
  readonly key: string;
  readonly value: string;
  /** As Sysmon prints it: `DWORD (0x00000001)`, `Binary Data`, or the text. */
  readonly details: string;
}

/** Sysmon 13, a registry value was set (DOMAIN.md A.5). */
export function registryValueSet(host: Host, at: Ticks, write: RegistryWrite): LoggedEvent {
  const { sysmon, updates } = host.processes;
  return {
    provider: { name: "Microsoft-Windows-Sysmon", guid: "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}" },
    eventId: 13,
    version: 2,
    level: 4,
    task: 13,
    opcode: 0,
    keywords: 0x8000_0000_0000_0000n,
    time: at,
    execution: { processId: sysmon, threadId: sysmon + 96 },
    channel: "Microsoft-Windows-Sysmon/Operational",
    computer: host.computer,
    userSid: SYSTEM_SID,
    data: {
      kind: "named",
      fields: [
        ["RuleName", text("-")],
        ["EventType", text("SetValue")],
        ["UtcTime", text(isoFromTicks(at).slice(0, 23).replace("T", " "))],
        ["ProcessGuid", { type: "guid", value: "{365abb72-ac09-5cb8-0000-0010939a0700}" }],
        ["ProcessId", uint32(updates)],
        ["Image", text(write.image)],
        ["TargetObject", text(`HKLM\\${write.key}\\${write.value}`)],
        ["Details", text(write.details)],
      ],
    },
  };
}

/** The updater (in svchost) stores a root: what Sysmon sees of a 4097. */
export function rootStored(host: Host, at: Ticks, root: Root): LoggedEvent {
  return registryValueSet(host, at, {
    image: "C:\\Windows\\system32\\svchost.exe",
    key: `SOFTWARE\\Microsoft\\SystemCertificates\\AuthRoot\\Certificates\\${root.thumbprint}`,
    value: "Blob",
    details: "Binary Data",
  });
}

/** Security 4657 for a DWORD that goes from 0 to 1 (DOMAIN.md A.5). */
export function auditedValueEnabled(host: Host, at: Ticks, write: Omit<RegistryWrite, "details">): LoggedEvent {
  return {
    provider: { name: "Microsoft-Windows-Security-Auditing", guid: "{54849625-5478-4994-a5ba-3e3b0328c30d}" },
    eventId: 4657,
    version: 0,
    level: 0,
    task: 12801,
    opcode: 0,
    keywords: 0x8020_0000_0000_0000n,
    time: at,
    execution: { processId: 4, threadId: 88 },
    channel: "Security",
    computer: host.computer,
    data: {
      kind: "named",
      fields: [
        ["SubjectUserSid", { type: "sid", value: "S-1-5-21-1769714682-2803786108-491265710-1104" }],
        ["SubjectUserName", text("ops.admin")],
        ["SubjectDomainName", text("CORP")],
        ["SubjectLogonId", { type: "hex64", value: 0x3a_f41dn }],
        ["ObjectName", text(`\\REGISTRY\\MACHINE\\${write.key}`)],
        ["ObjectValueName", text(write.value)],
        ["HandleId", { type: "hex64", value: 0x4ccn }],
        ["OperationType", text("%%1905")],
        ["OldValueType", text("%%1876")],
        ["OldValue", text("0")],
        ["NewValueType", text("%%1876")],
        ["NewValue", text("1")],
        ["ProcessId", { type: "hex64", value: BigInt(host.processes.updates) }],
        ["ProcessName", text(write.image)],
      ],
    },
  };
}
