import type { Ticks } from "../../model/ticks.ts";
import type { Host } from "../host.ts";
import type { LoggedEvent } from "../logged-event.ts";
import type { Peer } from "../peers.ts";

/** Events of the channel "Lync Server" (DOMAIN.md C.1, C.2): classic, with unnamed data and the component's number as the task. */
export function serverStarted(host: Host, at: Ticks): LoggedEvent {
  return lync(host, at, { component: "Server", task: 1000, eventId: 12287, level: 4 }, []);
}

/** The codes of a TLS connection that Lync could not open, with Windows' words for them. */
export const TLS_ERRORS = {
  untrustedRoot: "0x80090325 (The certificate chain was issued by an authority that is not trusted.)",
  algorithmMismatch:
    "0x80090331 (The client and server cannot communicate, because they do not possess a common algorithm.)",
};

export function tlsOutgoingFailed(host: Host, at: Ticks, peer: Peer, error: string, times: number): LoggedEvent {
  const details = [
    `Over the past 5 minutes, Lync Server has experienced TLS outgoing connection failures ${times} time(s).`,
    `The error code of the last failure is ${error} while trying to connect to the server "${peer.name}"`,
    `at address [${peer.address}], and the display name in the peer certificate is "${peer.name}".`,
  ].join(" ");
  return lync(host, at, { component: "Protocol Stack", task: 1001, eventId: 14428, level: 3 }, [details]);
}

export function invalidIncomingCertificate(host: Host, at: Ticks, subject: string, issuer: string): LoggedEvent {
  return lync(host, at, { component: "User Services", task: 1006, eventId: 32042, level: 2 }, [
    `CN=${subject}`,
    `CN=${issuer}`,
  ]);
}

/** 2148204809 is 0x800b0109, CERT_E_UNTRUSTEDROOT: Lync prints it as an unsigned decimal. */
export function invalidCertificatesReceived(host: Host, at: Ticks, peer: Peer): LoggedEvent {
  return lync(host, at, { component: "MCU Infrastructure", task: 1022, eventId: 61029, level: 2 }, [
    "30",
    `RtcHost(${host.processes.services + 3112})`,
    "1",
    peer.name,
    peer.address,
    `CN=${peer.name}`,
    "2148204809",
  ]);
}

export function webConferencingEdgeReachable(host: Host, at: Ticks): LoggedEvent {
  return lync(host, at, { component: "Data MCU", task: 1018, eventId: 41025, level: 4 }, [
    "Web Conferencing Edge Server",
  ]);
}

interface Kind {
  readonly component: string;
  readonly task: number;
  readonly eventId: number;
  readonly level: 2 | 3 | 4;
}

/** Severity of an event identifier: 11 error, 10 warning, 01 informational. */
const SEVERITY = { 2: 0xc000, 3: 0x8000, 4: 0x4000 };

function lync(host: Host, at: Ticks, kind: Kind, strings: readonly string[]): LoggedEvent {
  return {
    provider: { name: `LS ${kind.component}` },
    eventId: kind.eventId,
    // Severity and facility, which is the task: 33777 is 0x83F1, a warning of task 1009.
    qualifiers: SEVERITY[kind.level] | kind.task,
    level: kind.level,
    task: kind.task,
    keywords: 0x80_0000_0000_0000n,
    time: at,
    channel: "Lync Server",
    computer: host.computer,
    data: { kind: "unnamed", strings },
  };
}
