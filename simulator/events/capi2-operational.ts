import { createHash } from "node:crypto";
import { isoFromTicks, type Ticks } from "../../model/ticks.ts";
import type { UserDataElement } from "../evtx-writer/event-to-write.ts";
import type { Host } from "../host.ts";
import { type LoggedEvent, SYSTEM_SID } from "../logged-event.ts";
import { type Root, shortName } from "../roots.ts";

/** A chain that was built and checked: who presented it, what it ends in, whether that is trusted here. */
export interface ChainCheck {
  readonly peer: string;
  readonly root: Root;
  readonly trusted: boolean;
}

/** Events 11 (build chain) and 30 (verify policy) of one validation (DOMAIN.md A.4; shapes of `samples/CAPI2-11.xml` and `-30.xml`). */
export function chainChecked(host: Host, at: Ticks, check: ChainCheck): readonly LoggedEvent[] {
  const leaf = certificateElement(sha1(check.peer), check.peer);
  const chainRef = `{${guidFrom(`${check.peer}${at}`)}}`;
  const result = check.trusted
    ? element("Result", [["value", "0"]])
    : element(
        "Result",
        [["value", "800b0109"]],
        "A certificate chain processed, but terminated in a root certificate which is not trusted by the trust provider.",
      );
  const tail = (sequence: number) => [
    element("EventAuxInfo", [["ProcessName", "lsass.exe"]]),
    element("CorrelationAuxInfo", [
      ["TaskId", `{${guidFrom(`task${check.peer}${at}`)}}`],
      ["SeqNumber", String(sequence)],
    ]),
    result,
  ];
  const build = element(
    "CertGetCertificateChain",
    [],
    [
      leaf,
      element("ValidationTime", [], `${isoFromTicks(at).slice(0, 19)}Z`),
      element(
        "ExtendedKeyUsage",
        [],
        [
          element("Usage", [
            ["oid", "1.3.6.1.5.5.7.3.1"],
            ["name", "Server Authentication"],
          ]),
        ],
      ),
      element("Flags", [["value", "0"]]),
      element("ChainEngineInfo", [["context", "machine"]]),
      element(
        "CertificateChain",
        [["chainRef", chainRef]],
        [
          trustStatus(check.trusted),
          element("ChainElement", [], [leaf, trustStatus(true)]),
          element(
            "ChainElement",
            [],
            [certificateElement(check.root.thumbprint, shortName(check.root)), trustStatus(check.trusted)],
          ),
        ],
      ),
      ...tail(2),
    ],
  );
  const verify = element(
    "CertVerifyCertificateChainPolicy",
    [],
    [
      element("Policy", [
        ["type", "CERT_CHAIN_POLICY_SSL"],
        ["constant", "4"],
      ]),
      leaf,
      element("CertificateChain", [["chainRef", chainRef]]),
      element("Flags", [["value", "0"]]),
      element("Status", [
        ["chainIndex", "0"],
        ["elementIndex", check.trusted ? "-1" : "1"],
      ]),
      ...tail(3),
    ],
  );
  const level = check.trusted ? 4 : 2;
  return [
    operational(host, at, { eventId: 11, level, opcode: 2, keywords: 0x4000_0000_0000_0003n }, build),
    operational(host, at, { eventId: 30, level, opcode: 0, keywords: 0x4000_0000_0000_0001n }, verify),
  ];
}

function operational(
  host: Host,
  at: Ticks,
  kind: Pick<LoggedEvent, "eventId" | "level" | "opcode" | "keywords">,
  root: UserDataElement,
): LoggedEvent {
  return {
    provider: { name: "Microsoft-Windows-CAPI2", guid: "{5bbca4a8-b209-48dc-a8c7-b23d3e5216fb}" },
    ...kind,
    version: 0,
    task: kind.eventId,
    time: at,
    execution: { processId: host.processes.lsass, threadId: host.processes.lsass + 128 },
    channel: "Microsoft-Windows-CAPI2/Operational",
    computer: host.computer,
    userSid: SYSTEM_SID,
    data: { kind: "userData", root },
  };
}

function element(
  name: string,
  attributes: readonly (readonly [string, string])[] = [],
  content: string | readonly UserDataElement[] = [],
): UserDataElement {
  return { name, attributes, content };
}

function certificateElement(thumbprint: string, subjectName: string): UserDataElement {
  return element("Certificate", [
    ["fileRef", `${thumbprint}.cer`],
    ["subjectName", subjectName],
  ]);
}

function trustStatus(trusted: boolean): UserDataElement {
  const error = trusted
    ? element("ErrorStatus", [["value", "0"]])
    : element("ErrorStatus", [
        ["value", "20"],
        ["CERT_TRUST_IS_UNTRUSTED_ROOT", "true"],
      ]);
  return element(
    "TrustStatus",
    [],
    [
      error,
      element("InfoStatus", [
        ["value", "100"],
        ["CERT_TRUST_HAS_PREFERRED_ISSUER", "true"],
      ]),
    ],
  );
}

function sha1(of: string): string {
  return createHash("sha1").update(of).digest("hex").toUpperCase();
}

function guidFrom(of: string): string {
  return sha1(of).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
