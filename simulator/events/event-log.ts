import { isoFromTicks, SECOND, type Ticks, unixMs } from "../../model/ticks.ts";
import { clockTime, shortDate } from "../english-time.ts";
import type { Host } from "../host.ts";
import { type LoggedEvent, utf16 } from "../logged-event.ts";

/** The event log service's own classic events in System (DOMAIN.md D; shapes of `samples/EventLog-*.xml`). */
export function eventLogStarted(host: Host, at: Ticks): LoggedEvent {
  return eventLog(host, at, 6005, 4, [""], Buffer.concat([systemTime(at), Buffer.alloc(8)]));
}

export function eventLogStopped(host: Host, at: Ticks): LoggedEvent {
  return eventLog(host, at, 6006, 4, [""], Buffer.of(1, 0, 0, 0, 0, 0, 0, 0));
}

export function systemVersion(host: Host, at: Ticks): LoggedEvent {
  return eventLog(host, at, 6009, 4, ["10.00.", "14393", "", "Multiprocessor Free", "0"]);
}

/** Written at the boot after a machine went down without shutting down; `downAt` is the last sign of life. */
export function unexpectedShutdown(host: Host, at: Ticks, downAt: Ticks): LoggedEvent {
  const binary = Buffer.concat([
    systemTime(downAt),
    systemTime(downAt),
    Buffer.of(60, 0, 0, 0, 60, 0, 0, 0),
    Buffer.alloc(24),
  ]);
  return eventLog(host, at, 6008, 2, [clockTime(downAt), shortDate(downAt), "", "", "12", "", ""], binary);
}

export function uptime(host: Host, at: Ticks, bootAt: Ticks): LoggedEvent {
  const seconds = String((at - bootAt) / SECOND);
  const system =
    "1.1\u00000\u0000Windows Server 2016 Standard\u000010.0.14393 Build 14393 \u0000\u0000Multiprocessor Free\u0000";
  return eventLog(host, at, 6013, 4, ["", "", "", "", seconds, "60", "0 Coordinated Universal Time"], utf16(system));
}

function eventLog(
  host: Host,
  at: Ticks,
  eventId: number,
  level: number,
  strings: readonly string[],
  binary?: Buffer,
): LoggedEvent {
  return {
    provider: { name: "EventLog" },
    eventId,
    qualifiers: 32768,
    level,
    task: 0,
    keywords: 0x80_0000_0000_0000n,
    time: at,
    channel: "System",
    computer: host.computer,
    data: { kind: "unnamed", strings, ...(binary === undefined ? {} : { binary }) },
  };
}

/** A SYSTEMTIME ([MS-DTYP] 2.3.13): year, month, day of week, day, hour, minute, second, millisecond. */
function systemTime(at: Ticks): Buffer {
  const date = new Date(unixMs(at));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = isoFromTicks(at)
    .slice(0, 23)
    .split(/\D/)
    .map(Number);
  return Buffer.from(new Uint16Array([year, month, date.getUTCDay(), day, hour, minute, second, ms]).buffer);
}
