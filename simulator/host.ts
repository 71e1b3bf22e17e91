import type { Random } from "./random.ts";

export type Role = "domainController" | "frontEnd" | "edge" | "member";

/** One Windows server of the fleet. */
export interface Host {
  /** Also the name of its folder. */
  readonly name: string;
  /** `System/Computer` of its events. */
  readonly computer: string;
  readonly role: Role;
  /** Process ids that stay the same, so that a reader of its log can follow who wrote what. */
  readonly processes: Readonly<Record<ProcessName, number>>;
  /** Services of Lync / Skype for Business; none on other roles. */
  readonly lyncServices: readonly Service[];
  readonly hasSysmon: boolean;
  /** Schannel's EventLogging includes successful handshakes. */
  readonly logsHandshakes: boolean;
  /** The channel Microsoft-Windows-CAPI2/Operational is turned on. */
  readonly logsChains: boolean;
}

type ProcessName = "lsass" | "services" | "cryptSvc" | "gpSvc" | "sysmon" | "updates" | "winlogon";

/** A service's name in the registry and the name that people, and event 7036, see. */
export interface Service {
  readonly key: string;
  readonly display: string;
}

const EDGE_SERVICES = [
  ["RTCSRV", "Access Edge"],
  ["RTCDATAPROXY", "Web Conferencing Edge"],
  ["RTCMRAUTH", "Audio/Video Authentication"],
  ["RTCMEDIARELAY", "Audio/Video Edge"],
  ["REPLICA", "Replica Replicator Agent"],
] as const;
const FRONT_END_SERVICES = [
  ["RTCSRV", "Front-End"],
  ["RTCDATAMCU", "Web Conferencing"],
  ["RTCIMMCU", "IM Conferencing"],
  ["RTCAVMCU", "Audio/Video Conferencing"],
  ["REPLICA", "Replica Replicator Agent"],
] as const;
const SHORT_ROLE: Readonly<Record<Role, string>> = {
  domainController: "DC",
  frontEnd: "FE",
  edge: "EDGE",
  member: "SRV",
};

/** The `number`-th host of its role on a site: `AMS-EDGE02`. */
export function createHost(role: Role, number: number, site: string, product: string, random: Random): Host {
  const name = `${site}-${SHORT_ROLE[role]}${String(number).padStart(2, "0")}`;
  const services = role === "edge" ? EDGE_SERVICES : role === "frontEnd" ? FRONT_END_SERVICES : [];
  // Windows' process ids are multiples of four; each process has a range of its own, so that no two are the same.
  const pid = (range: number) => 480 + 4 * (80 * range + random.int(0, 79));
  return {
    name,
    computer: `${name}.${role === "edge" ? "dmz" : "corp"}.example`,
    role,
    processes: {
      lsass: pid(0),
      services: pid(1),
      winlogon: pid(2),
      cryptSvc: pid(3),
      gpSvc: pid(4),
      sysmon: pid(5),
      updates: pid(6),
    },
    lyncServices: services.map(([key, display]) => ({ key, display: `${product} ${display}` })),
    hasSysmon: role === "frontEnd" || random.chance(0.3),
    logsHandshakes: random.chance(0.2),
    logsChains: role === "frontEnd" || random.chance(0.2),
  };
}
