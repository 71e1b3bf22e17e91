import { DAY, HOUR, MINUTE, type Ticks } from "../../model/ticks.ts";
import { chainChecked } from "../events/capi2-operational.ts";
import { uptime } from "../events/event-log.ts";
import { policyProcessed } from "../events/group-policy.ts";
import { webConferencingEdgeReachable } from "../events/lync.ts";
import { serviceEntered } from "../events/service-state.ts";
import type { Host, Service } from "../host.ts";
import type { LoggedEvent } from "../logged-event.ts";
import type { Peer } from "../peers.ts";
import type { Random } from "../random.ts";
import { PUBLIC_ROOTS } from "../roots.ts";
import type { Span } from "./tls-noise.ts";

/** Services that Windows starts and stops by itself all day. */
const ON_DEMAND: readonly Service[] = [
  { key: "TrustedInstaller", display: "Windows Modules Installer" },
  { key: "wuauserv", display: "Windows Update" },
  { key: "BITS", display: "Background Intelligent Transfer Service" },
  { key: "WinHttpAutoProxySvc", display: "WinHTTP Web Proxy Auto-Discovery Service" },
  { key: "AppXSvc", display: "AppX Deployment Service (AppXSVC)" },
  { key: "sppsvc", display: "Software Protection" },
];

/** What a healthy machine says of itself: its uptime at noon, policies, services on demand, Lync's good news, chains that hold. */
export function housekeeping(
  host: Host,
  { from, to }: Span,
  boots: readonly Ticks[],
  peers: readonly Peer[],
  random: Random,
): readonly LoggedEvent[] {
  const trustedChain = () => ({ peer: random.pick(peers).name, root: random.pick(PUBLIC_ROOTS), trusted: true });
  return [
    ...noons(from, to).map((at) => uptime(host, at, boots.findLast((boot) => boot <= at) ?? from - 9n * DAY)),
    ...random.moments(from, to, 0.4).map((at) => policyProcessed(host, at, "computer", activityId(random))),
    ...random.moments(from, to, 0.1).map((at) => policyProcessed(host, at, "user", activityId(random))),
    ...random.moments(from, to, 0.25).flatMap((at) => onDemandService(host, at, random)),
    ...(host.role === "frontEnd" ? random.moments(from, to, 0.3) : []).map((at) =>
      webConferencingEdgeReachable(host, at),
    ),
    ...(host.logsChains ? random.moments(from, to, 0.4) : []).flatMap((at) => chainChecked(host, at, trustedChain())),
  ];
}

function noons(from: Ticks, to: Ticks): readonly Ticks[] {
  const days = Number((to - from) / DAY);
  return Array.from({ length: days }, (_, day) => from + BigInt(day) * DAY + 12n * HOUR + 1_234_567n);
}

function onDemandService(host: Host, at: Ticks, random: Random): readonly LoggedEvent[] {
  const service = random.pick(ON_DEMAND);
  const until = at + random.moment(2n * MINUTE, 15n * MINUTE);
  return [serviceEntered(host, at, service, "running"), serviceEntered(host, until, service, "stopped")];
}

function activityId(random: Random): string {
  return Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join("");
}
