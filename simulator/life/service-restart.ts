import { SECOND, type Ticks } from "../../model/ticks.ts";
import { serverStarted } from "../events/lync.ts";
import { serviceEntered } from "../events/service-state.ts";
import type { Host } from "../host.ts";
import type { LoggedEvent } from "../logged-event.ts";

/** RTCSRV, the service that speaks SIP on Front Ends and Edges, is stopped and started without a reboot; it runs a minute after `at`. */
export function serviceRestart(
  host: Host,
  at: Ticks,
): { readonly events: readonly LoggedEvent[]; readonly startedAt: Ticks } {
  const service = host.lyncServices.find(({ key }) => key === "RTCSRV");
  if (service === undefined) throw new RangeError(`${host.name} has no service of Lync to restart.`);
  const startedAt = at + 60n * SECOND;
  const events = [
    serviceEntered(host, at, service, "stopped"),
    serviceEntered(host, startedAt, service, "running"),
    serverStarted(host, startedAt + SECOND),
  ];
  return { events, startedAt };
}
