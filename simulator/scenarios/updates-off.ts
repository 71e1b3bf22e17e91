import { SECOND, type Ticks } from "../../model/ticks.ts";
import { chainChecked } from "../events/capi2-operational.ts";
import { TLS_ERRORS, tlsOutgoingFailed } from "../events/lync.ts";
import { auditedValueEnabled, registryValueSet } from "../events/registry.ts";
import { alertSent, untrustedIssuer } from "../events/schannel.ts";
import type { Stage } from "../life/everyday.ts";
import type { LoggedEvent } from "../logged-event.ts";
import { peerCertificate } from "../peers.ts";
import { PUBLIC_ROOTS, type Root, shortName } from "../roots.ts";
import { momentAt, outage, peace, type Scenario } from "./scenario.ts";

const SWITCH = {
  image: "C:\\Windows\\regedit.exe",
  key: "SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\AuthRoot",
  value: "DisableRootAutoUpdate",
};
/** Authorities that partners have moved to in recent years. */
const SUCCESSORS = PUBLIC_ROOTS.filter(({ subject }) =>
  /DigiCert Global Root G2|ISRG Root X1|Microsoft RSA/.test(subject),
);

/** The advice of 2011, followed: root updates are turned off, and weeks later partners move to a root that this host will never get. */
export const updatesOff: Scenario = {
  role: "frontEnd",
  plan(stage) {
    const { host, random } = stage;
    const armed = momentAt(stage, 0.25, 0.35);
    const failing = momentAt(stage, 0.65, 0.8);
    const root = random.pick(SUCCESSORS);
    const sources = random.pick(["sysmon", "security", "both"]);
    return {
      ...peace(stage),
      events: [
        ...(sources === "security"
          ? []
          : [registryValueSet(host, armed, { ...SWITCH, details: "DWORD (0x00000001)" })]),
        ...(sources === "sysmon" ? [] : [auditedValueEnabled(host, armed, SWITCH)]),
        ...outage({ from: failing, to: stage.span.to }, random, (at) => refusal(stage, at, root)),
      ],
      limits: {
        ...peace(stage).limits,
        restartsUntil: armed,
        rootsUntil: armed,
        withoutRoots: new Set([root.thumbprint]),
      },
      incident: { rule: "root_updates_off_broke_tls", state: "failing", thumbprints: [], armed, failing },
    };
  },
};

function refusal({ host, peers, random }: Stage, at: Ticks, root: Root): readonly LoggedEvent[] {
  const peer = random.pick(peers);
  return [
    untrustedIssuer(host, at, peerCertificate(peer, shortName(root))),
    alertSent(host, at + SECOND / 100n, 48, 252),
    ...(random.chance(0.3) ? chainChecked(host, at, { peer: peer.name, root, trusted: false }) : []),
    ...(random.chance(0.3)
      ? [tlsOutgoingFailed(host, at + SECOND, peer, TLS_ERRORS.untrustedRoot, random.int(1, 9))]
      : []),
  ];
}
