import { type Detection, detectionId } from "../../model/detection.ts";
import { type Incident, incidentId } from "../../model/incident.ts";
import { Shape } from "../../model/shape.ts";
import { SECOND, ticksFromUnixMs } from "../../model/ticks.ts";
import { type EncodedRows, EventRows } from "../../storage/event-rows.ts";

const rule = { id: "rule-1", name: "tls_trust_failure", title: "TLS trust failure", level: "medium" } as const;

/** A plain detection, told apart by its record id. */
export function sampleDetection(recordId: number): Detection {
  const event = {
    computer: "EDGE01.contoso.example",
    channel: "System",
    provider: "Schannel",
    eventId: 36882,
    recordId: BigInt(recordId),
    time: ticksFromUnixMs(1_772_424_607_000) + BigInt(recordId) * SECOND,
  };
  return { id: detectionId(rule.id, event), rule, event, fields: { Error: "0x800B0109" } };
}

/** Rows of plain events, told apart by their record ids. */
export function sampleEvents(firstRecordId: number, count: number): EncodedRows {
  const rows = new EventRows();
  for (let recordId = firstRecordId; recordId < firstRecordId + count; recordId++) {
    const { event, fields } = sampleDetection(recordId);
    const values = {
      Computer: event.computer,
      Channel: event.channel,
      Provider_Name: event.provider,
      EventID: String(event.eventId),
      EventRecordID: String(event.recordId),
      ...fields,
    };
    const shape = new Shape(Object.keys(values));
    rows.add({ shape, time: event.time, value: (slot) => Object.values(values)[slot] });
  }
  return rows.rows;
}

/** An incident of one rule, told apart by its group. */
export function sampleIncident(computer: string, changes: Partial<Incident> = {}): Incident {
  const { id: detection, event } = sampleDetection(1);
  return {
    id: incidentId("sequence-1", [computer], detection),
    rule: { id: "sequence-1", name: "root_return_broke_tls", title: "A root came back and TLS broke", level: "high" },
    group: { Computer: computer },
    state: "armed",
    severity: "low",
    title: `A root came back on ${computer}`,
    started: event.time,
    updated: event.time,
    strength: "weak",
    verdict: "Nothing fails yet.",
    onset: undefined,
    evidence: [
      {
        step: "armed",
        role: "step",
        count: 1,
        first: event.time,
        last: event.time,
        events: [
          {
            detectionId: detection,
            ruleName: rule.name,
            ruleTitle: rule.title,
            event,
            fields: { Subject: "CN=A root" },
          },
        ],
      },
    ],
    advice: "Look at it before the next restart.",
    ...changes,
  };
}
