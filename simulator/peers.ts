import { certificate } from "./certificate.ts";
import type { Random } from "./random.ts";

/** A federated partner's Access Edge. */
export interface Peer {
  readonly name: string;
  /** Address and port, from the documentation ranges of RFC 5737. */
  readonly address: string;
}

const PARTNERS = [
  "northwind",
  "fabrikam",
  "adatum",
  "contoso",
  "litware",
  "proseware",
  "tailspin",
  "wingtip",
  "woodgrove",
  "lucerne",
  "trey",
  "alpine",
];

export function choosePeers(count: number, random: Random): readonly Peer[] {
  return random.sample(PARTNERS, count).map((partner) => ({
    name: `sip.${partner}.example`,
    address: `${random.pick(["192.0.2", "198.51.100", "203.0.113"])}.${random.int(2, 250)}:5061`,
  }));
}

/** The certificate that a peer presents: issued by `issuer`, valid for the two years given unless it says otherwise. */
export function peerCertificate(peer: Peer, issuer: string, years: readonly [number, number] = [2025, 2027]): Buffer {
  return certificate({ subject: peer.name, issuer, notBefore: years[0], notAfter: years[1] });
}
