import { HOUR, MINUTE, SECOND, type Ticks } from "../../model/ticks.ts";
import { TLS_ERRORS, tlsOutgoingFailed } from "../events/lync.ts";
import { type RegistryWrite, registryValueSet } from "../events/registry.ts";
import { alertSent, noCommonCipher } from "../events/schannel.ts";
import type { Stage } from "../life/everyday.ts";
import { plannedRestart } from "../life/restart.ts";
import type { LoggedEvent } from "../logged-event.ts";
import { momentAt, outage, peace, type Scenario } from "./scenario.ts";

const SCHANNEL = "SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL";
const CHANGES: readonly RegistryWrite[] = [
  {
    image: "C:\\Windows\\system32\\svchost.exe",
    key: "SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002",
    value: "Functions",
    details: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  },
  {
    image: "C:\\Windows\\regedit.exe",
    key: `${SCHANNEL}\\Protocols\\TLS 1.0\\Server`,
    value: "Enabled",
    details: "DWORD (0x00000000)",
  },
];

/** Someone hardens Schannel; the next restart makes it count, and partners find no protocol or cipher suite in common. */
export const cipherMismatch: Scenario = {
  role: "frontEnd",
  plan(stage) {
    const { host, random } = stage;
    const restartAsked = momentAt(stage, 0.52, 0.68);
    const armed = restartAsked - random.moment(2n * HOUR, 40n * HOUR);
    const restart = plannedRestart(host, restartAsked, random);
    const failing = restart.upAt + random.moment(2n * MINUTE, 7n * MINUTE);
    return {
      ...peace(stage),
      events: [
        registryValueSet(host, armed, random.pick(CHANGES)),
        ...restart.events,
        ...outage({ from: failing, to: stage.span.to }, random, (at) => refusal(stage, at)),
      ],
      restarts: [restart],
      limits: { ...peace(stage).limits, restartsUntil: momentAt(stage, 0.1, 0.3) },
      incident: {
        rule: "cipher_mismatch",
        state: "failing",
        thumbprints: [],
        armed,
        triggered: restart.bootAt,
        failing,
      },
    };
  },
};

function refusal({ host, peers, random }: Stage, at: Ticks): readonly LoggedEvent[] {
  if (random.chance(0.15)) {
    const failed = tlsOutgoingFailed(host, at, random.pick(peers), TLS_ERRORS.algorithmMismatch, random.int(1, 9));
    return [noCommonCipher(host, at, "TLS 1.2"), failed];
  }
  return [
    noCommonCipher(host, at, random.pick(["TLS 1.0", "TLS 1.2"])),
    alertSent(host, at + SECOND / 100n, random.pick([40, 40, 40, 71]), 1205),
  ];
}
