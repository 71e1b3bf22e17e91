import { MINUTE, SECOND, type Ticks } from "../../model/ticks.ts";
import { eventLogStarted, eventLogStopped, systemVersion, unexpectedShutdown, uptime } from "../events/event-log.ts";
import {
  bootType,
  kernelShutdown,
  lastShutdown,
  rebootedWithoutShutdown,
  systemStarted,
  systemStopping,
} from "../events/kernel.ts";
import { serverStarted } from "../events/lync.ts";
import { RESTART_REASONS, restartRequested } from "../events/restart-requested.ts";
import { serviceEntered } from "../events/service-state.ts";
import type { Host, Service } from "../host.ts";
import type { LoggedEvent } from "../logged-event.ts";
import type { Random } from "../random.ts";

/** A restart of a machine, from its request or its crash until its services run. */
export interface Restart {
  readonly events: readonly LoggedEvent[];
  /** From when on nothing else is logged. */
  readonly downAt: Ticks;
  /** Time of Kernel-General 12. */
  readonly bootAt: Ticks;
  /** When the log takes events again. */
  readonly upAt: Ticks;
}

const WINDOWS_SERVICES: readonly Service[] = [
  { key: "W32Time", display: "Windows Time" },
  { key: "CryptSvc", display: "Cryptographic Services" },
  { key: "Netlogon", display: "Netlogon" },
];

/** Asked for at `at`: services stop, the machine goes down, and is up again some minutes later. */
export function plannedRestart(host: Host, at: Ticks, random: Random): Restart {
  const stopping = [...host.lyncServices, ...WINDOWS_SERVICES];
  const downAt = at + BigInt(random.int(25, 60)) * SECOND;
  const before = [
    restartRequested(host, at, random.pick(RESTART_REASONS)),
    ...stopping.map((service) => serviceEntered(host, random.moment(at + SECOND, downAt), service, "stopped")),
    eventLogStopped(host, downAt),
    kernelShutdown(host, downAt + SECOND),
    systemStopping(host, downAt + 2n * SECOND),
  ];
  return boot(host, { before, after: [], downAt, clean: true }, random);
}

/** The power is gone at `at`; only the next boot says so. */
export function unplannedRestart(host: Host, at: Ticks, random: Random): Restart {
  return boot(host, { before: [], after: [rebootedWithoutShutdown], downAt: at, clean: false }, random);
}

interface Shutdown {
  readonly before: readonly LoggedEvent[];
  /** Kernel events of the boot that tell of the shutdown. */
  readonly after: readonly ((host: Host, at: Ticks) => LoggedEvent)[];
  readonly downAt: Ticks;
  readonly clean: boolean;
}

/**
 * The events of a boot in the order of their record ids. That is not the order of their times: the kernel's are dated before the event log
 * service, which takes them in after its own (DOMAIN.md 0.10).
 */
function boot(host: Host, { before, after, downAt, clean }: Shutdown, random: Random): Restart {
  const startTime = downAt + random.moment(90n * SECOND, 5n * MINUTE);
  const bootAt = startTime + random.moment(SECOND / 5n, SECOND);
  const upAt = startTime + random.moment(35n * SECOND, 70n * SECOND);
  const kernelEvents = [lastShutdown(host, bootAt + 2_000n, clean), bootType(host, bootAt + 4_000n)].concat(
    after.map((event) => event(host, bootAt + 3n * SECOND)),
  );
  const starting = [...WINDOWS_SERVICES, ...host.lyncServices].map((service) => ({
    service,
    at: random.moment(upAt + 2n * SECOND, upAt + 100n * SECOND),
  }));
  const frontEnd = starting.find(({ service }) => service.key === "RTCSRV");
  const events = [
    ...before,
    { ...systemStarted(host, bootAt, startTime), written: upAt - 2n },
    ...(clean ? [] : [{ ...unexpectedShutdown(host, upAt, downAt), written: upAt - 1n }]),
    systemVersion(host, upAt),
    eventLogStarted(host, upAt),
    uptime(host, upAt, startTime),
    ...kernelEvents.map((event) => ({ ...event, written: upAt + 1n })),
    ...starting.map(({ service, at }) => serviceEntered(host, at, service, "running")),
    ...(frontEnd === undefined ? [] : [serverStarted(host, frontEnd.at + SECOND)]),
  ];
  return { events, downAt, bootAt, upAt: upAt + 2n };
}
