import type { Ticks } from "../../model/ticks.ts";
import type { Host } from "../host.ts";
import { type LoggedEvent, SYSTEM_SID, text, uint32 } from "../logged-event.ts";

/** GroupPolicy 1500 (the computer's) and 1501 (a user's): processed, nothing changed (shapes of `samples/GroupPolicy-150*.xml`). */
export function policyProcessed(host: Host, at: Ticks, of: "computer" | "user", activityId: string): LoggedEvent {
  return {
    provider: { name: "Microsoft-Windows-GroupPolicy", guid: "{aea1b4fa-97d1-45f2-a64c-4d69fffd92c9}" },
    eventId: of === "computer" ? 1500 : 1501,
    version: 0,
    level: 4,
    task: 0,
    opcode: 1,
    keywords: 0x8000_0000_0000_0000n,
    time: at,
    activityId,
    execution: { processId: host.processes.gpSvc, threadId: host.processes.gpSvc + 2256 },
    channel: "System",
    computer: host.computer,
    userSid: of === "computer" ? SYSTEM_SID : "S-1-5-21-1769714682-2803786108-491265710-1121",
    data: {
      kind: "named",
      fields: [
        ["SupportInfo1", uint32(1)],
        ["SupportInfo2", uint32(4220)],
        ["ProcessingMode", uint32(0)],
        ["ProcessingTimeInMilliseconds", uint32(1156)],
        ["DCName", text("\\\\dc01.corp.example")],
      ],
    },
  };
}
