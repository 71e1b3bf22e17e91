import { DAY, MINUTE, SECOND, type Ticks } from "../../model/ticks.ts";
import { rootDeleted, rootPropertiesUpdated } from "../events/capi2.ts";
import {
  invalidCertificatesReceived,
  invalidIncomingCertificate,
  TLS_ERRORS,
  tlsOutgoingFailed,
} from "../events/lync.ts";
import { alertReceived, alertSent, untrustedIssuer } from "../events/schannel.ts";
import { type Stage, whileUp } from "../life/everyday.ts";
import { plannedRestart, type Restart, unplannedRestart } from "../life/restart.ts";
import { rootArrives } from "../life/root-updates.ts";
import { serviceRestart } from "../life/service-restart.ts";
import type { LoggedEvent } from "../logged-event.ts";
import { peerCertificate } from "../peers.ts";
import { type Root, shortName } from "../roots.ts";
import { momentAt, outage, peace, type Scenario } from "./scenario.ts";

/**
 * The founding story: roots that were off come back, nothing happens for days or weeks, and after a restart the server presents another chain,
 * which its partners refuse.
 */
export const rootReturn = story({ roots: 1, trigger: reboot(plannedRestart), repaired: false, listed: true });
export const rootReturnResolved = story({ roots: 1, trigger: reboot(plannedRestart), repaired: true });
export const manyRoots = story({ roots: 4, trigger: reboot(plannedRestart), repaired: false });
export const unplannedReboot = story({ roots: 1, trigger: reboot(unplannedRestart), repaired: false });
export const servicesOnly = story({ roots: 1, trigger: restartServices, repaired: false });

/** The warning before the damage: a root that must stay off is back, and nobody has restarted anything yet. */
export const armed: Scenario = {
  role: "edge",
  plan(stage, causes) {
    const roots = causes.slice(0, 1);
    const at = momentAt(stage, 0.6, 0.8);
    const thumbprints = roots.map(({ thumbprint }) => thumbprint);
    return {
      ...peace(stage),
      events: rootsChange(stage, at, roots),
      limits: { ...peace(stage).limits, restartsUntil: at, withoutRoots: new Set(thumbprints) },
      incident: { rule: "root_change_broke_tls", state: "armed", thumbprints, armed: at },
      mustStayOff: thumbprints,
    };
  },
};

/** What makes the change count. */
interface Trigger {
  readonly events: readonly LoggedEvent[];
  readonly restarts: readonly Restart[];
  readonly at: Ticks;
  /** When the services run again. */
  readonly doneAt: Ticks;
}

function reboot(restart: typeof plannedRestart): (stage: Stage, at: Ticks) => Trigger {
  return ({ host, random }, at) => {
    const done = restart(host, at, random);
    return { events: done.events, restarts: [done], at: done.bootAt, doneAt: done.upAt };
  };
}

function restartServices({ host }: Stage, at: Ticks): Trigger {
  const { events, startedAt } = serviceRestart(host, at);
  return { events, restarts: [], at: startedAt, doneAt: startedAt };
}

function story(variant: {
  readonly roots: number;
  readonly trigger: (stage: Stage, at: Ticks) => Trigger;
  readonly repaired: boolean;
  /** Whether the operator had said that the roots must stay off. */
  readonly listed?: boolean;
}): Scenario {
  return {
    role: "edge",
    plan(stage, causes) {
      const roots = causes.slice(0, variant.roots);
      const armedAt = momentAt(stage, 0.25, 0.35);
      const trigger = variant.trigger(stage, momentAt(stage, 0.52, 0.68));
      const failing = trigger.doneAt + stage.random.moment(2n * MINUTE, 7n * MINUTE);
      const repair = variant.repaired ? repairOf(stage, failing, roots) : undefined;
      const restarts = [...trigger.restarts, ...(repair?.restarts ?? [])];
      const failures = federationFailures(stage, failing, repair?.doneAt ?? stage.span.to, roots);
      const thumbprints = roots.map(({ thumbprint }) => thumbprint);
      const { limits } = peace(stage);
      return {
        ...peace(stage),
        events: [
          ...rootsChange(stage, armedAt, roots),
          ...trigger.events,
          ...(repair?.events ?? []),
          ...whileUp(failures, restarts),
        ],
        restarts,
        limits: { ...limits, restartsUntil: armedAt, withoutRoots: new Set(thumbprints) },
        incident: {
          rule: "root_change_broke_tls",
          state: repair === undefined ? "failing" : "resolved",
          thumbprints,
          armed: armedAt,
          triggered: trigger.at,
          failing,
          ...(repair === undefined ? {} : { resolved: repair.at }),
        },
        mustStayOff: variant.listed ? thumbprints : [],
      };
    },
  };
}

/** Within one second: the last root arrives, the others' properties change; a lone root's may change as well. */
function rootsChange({ host, random }: Stage, at: Ticks, roots: readonly Root[]): readonly LoggedEvent[] {
  const [arriving, ...changed] = roots.toReversed();
  if (arriving === undefined) return [];
  const updated = changed.length === 0 && random.chance(0.4) ? [arriving] : changed;
  return [
    ...rootArrives(host, at, arriving, random),
    ...updated.map((root, index) => rootPropertiesUpdated(host, at + BigInt(index + 1) * (SECOND / 8n), root)),
  ];
}

/** Days after the failures began the roots are deleted again, and a restart makes that count. */
function repairOf(stage: Stage, failing: Ticks, roots: readonly Root[]): Trigger {
  const { host, random } = stage;
  const at = failing + random.moment(2n * DAY, 4n * DAY);
  const restart = plannedRestart(host, at + random.moment(20n * MINUTE, 90n * MINUTE), random);
  const deleted = roots.map((root) => rootDeleted(host, at, root));
  return { events: [...deleted, ...restart.events], restarts: [restart], at, doneAt: restart.downAt };
}

/** Mostly what partners say when they refuse the chain; some of it, this side refusing theirs (DOMAIN.md 0.1b). */
function federationFailures(
  { host, peers, random }: Stage,
  from: Ticks,
  to: Ticks,
  roots: readonly Root[],
): readonly LoggedEvent[] {
  return outage({ from, to }, random, (at) => {
    const peer = random.pick(peers);
    const root = random.pick(roots);
    const kind = at === from ? 0 : random.float(0, 1);
    if (kind < 0.7) return [alertReceived(host, at, random.pick([46, 46, 46, 48, 48, 42]))];
    if (kind < 0.85) return [tlsOutgoingFailed(host, at, peer, TLS_ERRORS.untrustedRoot, random.int(1, 9))];
    if (kind < 0.96)
      return [
        untrustedIssuer(host, at, peerCertificate(peer, shortName(root))),
        alertSent(host, at + SECOND / 100n, 48, 252),
      ];
    return random.chance(0.5)
      ? [invalidIncomingCertificate(host, at, peer.name, shortName(root))]
      : [invalidCertificatesReceived(host, at, peer)];
  });
}
