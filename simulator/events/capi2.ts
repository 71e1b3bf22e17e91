import type { Ticks } from "../../model/ticks.ts";
import type { Host } from "../host.ts";
import type { LoggedEvent } from "../logged-event.ts";
import type { Root } from "../roots.ts";

/** The root-store updater's events in the Application channel (DOMAIN.md A.2). */
export function rootAdded(host: Host, at: Ticks, root: Root): LoggedEvent {
  return capi2(host, at, 4097, [root.subject, root.thumbprint]);
}

export function rootDeleted(host: Host, at: Ticks, root: Root): LoggedEvent {
  return capi2(host, at, 4108, [root.subject, root.thumbprint]);
}

export function rootPropertiesUpdated(host: Host, at: Ticks, root: Root): LoggedEvent {
  return capi2(host, at, 4109, [root.subject, root.thumbprint]);
}

export function rootRetrieved(host: Host, at: Ticks, root: Root): LoggedEvent {
  const folder = "http://ctldl.windowsupdate.com/msdownload/update/v3/static/trustedr/en";
  return capi2(host, at, 4100, [`${folder}/${root.thumbprint}.crt`]);
}

/** `effective` is text in the host's language: "Thursday, October 03, 2013 4:04:17 PM". */
export function rootListUpdated(host: Host, at: Ticks, effective: string): LoggedEvent {
  return capi2(host, at, 4111, [effective]);
}

export function disallowedListUpdated(host: Host, at: Ticks, effective: string): LoggedEvent {
  return capi2(host, at, 4112, [effective]);
}

function capi2(host: Host, at: Ticks, eventId: number, strings: readonly string[]): LoggedEvent {
  return {
    provider: {
      name: "Microsoft-Windows-CAPI2",
      guid: "{5bbca4a8-b209-48dc-a8c7-b23d3e5216fb}",
      sourceName: "Microsoft-Windows-CAPI2",
    },
    eventId,
    qualifiers: 0,
    version: 0,
    level: 4,
    task: 0,
    opcode: 0,
    keywords: 0x8080_0000_0000_0000n,
    time: at,
    execution: { processId: host.processes.cryptSvc, threadId: host.processes.cryptSvc + 1204 },
    channel: "Application",
    computer: host.computer,
    data: { kind: "unnamed", strings },
  };
}
