import type { Ticks } from "../../model/ticks.ts";
import type { TypedValue } from "../evtx-writer/typed-value.ts";
import type { Host } from "../host.ts";
import { type LoggedEvent, SYSTEM_SID, text, uint32 } from "../logged-event.ts";

/** Schannel's events as Windows Server 2016 writes them, before TargetName and the caller's process were added (DOMAIN.md B.2). */
export function noCommonCipher(host: Host, at: Ticks, protocol: string): LoggedEvent {
  return schannel(host, at, 36874, 2, [["Protocol", text(protocol)]]);
}

export function alertReceived(host: Host, at: Ticks, alert: number): LoggedEvent {
  return schannel(host, at, 36887, 2, [["AlertDesc", uint32(alert)]]);
}

export function alertSent(host: Host, at: Ticks, alert: number, errorState: number): LoggedEvent {
  return schannel(host, at, 36888, 2, [
    ["AlertDesc", uint32(alert)],
    ["ErrorState", uint32(errorState)],
  ]);
}

export function untrustedIssuer(host: Host, at: Ticks, certificate: Buffer): LoggedEvent {
  return schannel(host, at, 36882, 2, [["certificateContext", { type: "binary", value: certificate }]]);
}

export function peerCertificateExpired(host: Host, at: Ticks, certificate: Buffer): LoggedEvent {
  return schannel(host, at, 36881, 2, [["certificateContext", { type: "binary", value: certificate }]]);
}

export function nameMismatch(host: Host, at: Ticks, name: string, certificate: Buffer): LoggedEvent {
  return schannel(host, at, 36884, 2, [
    ["Name", text(name)],
    ["certificateContext", { type: "binary", value: certificate }],
  ]);
}

export function issuerListTruncated(host: Host, at: Ticks): LoggedEvent {
  return schannel(host, at, 36885, 3, []);
}

/** 0x0303 is TLS 1.2, 0xC030 is TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384. */
export function handshakeCompleted(host: Host, at: Ticks, type: "client" | "server"): LoggedEvent {
  return schannel(host, at, 36880, 4, [
    ["Type", text(type)],
    ["Protocol", text("TLS 1.2")],
    ["CipherSuite", text("0xC030")],
    ["ExchangeStrength", text("384 bits")],
  ]);
}

function schannel(
  host: Host,
  at: Ticks,
  eventId: number,
  level: number,
  fields: readonly (readonly [string, TypedValue])[],
): LoggedEvent {
  return {
    provider: { name: "Schannel", guid: "{1f678132-5938-4686-9fdc-c8ff68f15c85}" },
    eventId,
    version: 0,
    level,
    task: 0,
    opcode: 0,
    keywords: 0x8000_0000_0000_0000n,
    time: at,
    execution: { processId: host.processes.lsass, threadId: host.processes.lsass + 2344 },
    channel: "System",
    computer: host.computer,
    userSid: SYSTEM_SID,
    data: { kind: "named", fields },
  };
}
