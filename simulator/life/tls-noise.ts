import { MINUTE, SECOND, type Ticks } from "../../model/ticks.ts";
import {
  alertReceived,
  alertSent,
  handshakeCompleted,
  nameMismatch,
  noCommonCipher,
  peerCertificateExpired,
  untrustedIssuer,
} from "../events/schannel.ts";
import type { Host } from "../host.ts";
import type { LoggedEvent } from "../logged-event.ts";
import { type Peer, peerCertificate } from "../peers.ts";
import type { Random } from "../random.ts";

export interface Span {
  readonly from: Ticks;
  readonly to: Ticks;
}

/** Failures that a host always has, at rates that do not change. Events an hour. */
export interface NoiseRates {
  /** Alerts of every kind, from peers that come and go. */
  readonly strayAlerts: number;
  /** A peer that has refused this host's certificate for as long as anyone remembers. */
  readonly steadyPeer: number;
  /** Peers with a certificate of an unknown authority, of the past, of another name. */
  readonly badPeers: number;
  /** Scanners of the Internet; they also come in bursts, about one in ten days. */
  readonly scanners: number;
  readonly handshakes: number;
}

export function everydayRates(host: Host, random: Random): NoiseRates {
  const isLync = host.lyncServices.length > 0;
  return {
    strayAlerts: random.float(0.02, 0.08),
    steadyPeer: isLync && random.chance(0.6) ? random.float(0.1, 0.6) : 0,
    badPeers: isLync ? random.float(0.01, 0.06) : 0,
    scanners: host.role === "edge" || host.role === "member" ? random.float(0.4, 1.2) : 0.02,
    handshakes: host.logsHandshakes ? 1.5 : 0,
  };
}

export function tlsNoise(
  host: Host,
  { from, to }: Span,
  rates: NoiseRates,
  peers: readonly Peer[],
  random: Random,
): readonly LoggedEvent[] {
  const moments = (name: keyof NoiseRates) =>
    rates[name] === 0 ? [] : random.fork(name).moments(from, to, rates[name]);
  const steadyAlert = random.pick([46, 48]);
  return [
    ...moments("strayAlerts").map((at) => alertReceived(host, at, random.pick([20, 40, 40, 42, 46, 48, 70, 80]))),
    ...moments("steadyPeer").map((at) => alertReceived(host, at, steadyAlert)),
    ...moments("badPeers").map((at) => badPeer(host, at, random.pick(peers), random)),
    ...moments("scanners").flatMap((at) => scan(host, at, random)),
    ...(rates.scanners < 0.1 ? [] : scannerBursts(host, { from, to }, random)),
    ...moments("handshakes").map((at) => handshakeCompleted(host, at, random.pick(["client", "server"]))),
  ];
}

function badPeer(host: Host, at: Ticks, peer: Peer, random: Random): LoggedEvent {
  switch (random.pick(["unknown", "expired", "misnamed"])) {
    case "expired":
      return peerCertificateExpired(host, at, peerCertificate(peer, "GeoTrust Global CA", [2020, 2022]));
    case "misnamed":
      return nameMismatch(host, at, peer.name, peerCertificate({ ...peer, name: "webmail.example" }, "ISRG Root X1"));
    default:
      return untrustedIssuer(host, at, peerCertificate(peer, "Home Lab Test CA"));
  }
}

/** A handshake that no cipher suite fits: 36874 and, in the same second, 36888 with alert 40 and error state 1205. */
function scan(host: Host, at: Ticks, random: Random): readonly LoggedEvent[] {
  const protocol = random.pick(["TLS 1.0", "TLS 1.1", "TLS 1.2", "unknown"]);
  return [noCommonCipher(host, at, protocol), alertSent(host, at + SECOND / 100n, 40, 1205)];
}

function scannerBursts(host: Host, { from, to }: Span, random: Random): readonly LoggedEvent[] {
  return random.moments(from, to, 1 / 240).flatMap((burst) => {
    const count = random.int(15, 60);
    return Array.from({ length: count }, () => random.moment(burst, burst + 20n * MINUTE)).flatMap((at) =>
      scan(host, at, random),
    );
  });
}
