import type { Ticks } from "../../model/ticks.ts";
import type { Host, Service } from "../host.ts";
import { type LoggedEvent, text, utf16 } from "../logged-event.ts";

const CODE = { stopped: 1, running: 4 };

/** Service Control Manager 7036 (DOMAIN.md C.4, D): the display name in param1, the key name only in Binary. */
export function serviceEntered(host: Host, at: Ticks, service: Service, state: "running" | "stopped"): LoggedEvent {
  return {
    provider: {
      name: "Service Control Manager",
      guid: "{555908d1-a6d7-4695-8e1e-26931d2012f4}",
      sourceName: "Service Control Manager",
    },
    eventId: 7036,
    qualifiers: 16384,
    version: 0,
    level: 4,
    task: 0,
    opcode: 0,
    keywords: 0x8080_0000_0000_0000n,
    time: at,
    execution: { processId: host.processes.services, threadId: host.processes.services + 352 },
    channel: "System",
    computer: host.computer,
    data: {
      kind: "named",
      fields: [
        ["param1", text(service.display)],
        ["param2", text(state)],
      ],
      binary: utf16(`${service.key}/${CODE[state]}\u0000`),
    },
  };
}
