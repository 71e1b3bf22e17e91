import { expect, test } from "vitest";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { detection } from "./detections.ts";
import { incidentsOf, SEQUENCES } from "./story.ts";

/** More than are kept unpacked. */
const GROUPS = 9_000;

function armed(index: number): Detection {
  const root = { Thumbprint: "AB".repeat(20), Name: 'Wurzel "Süd" – 根' };
  return detection("root_added_by_auto_update", index / 100, { Computer: `PC${index}`, ...root });
}

/** What follows on the computer with this number. */
function later(index: number): readonly Detection[] {
  const Computer = `pc${index}`;
  return [
    detection("host_started", 200, { Computer }),
    ...Array.from({ length: 12 }, (_, i) => detection("tls_alert_received", 200.5 + i / 4, { Computer, Alert: "48" })),
  ];
}

test("what they wait for comes, and they conclude as if they had never been packed", () => {
  const correlator = new Correlator(SEQUENCES);
  const standing = new Map<string, readonly Incident[]>();
  const follow = () => {
    for (const { groupKey, incidents } of correlator.changes()) standing.set(groupKey, incidents);
  };
  for (let index = 0; index < GROUPS; index++) correlator.add(armed(index));
  follow();
  expect(standing.size).toBe(GROUPS);
  const woken = [0, 4_095, 4_096, 8_999];
  for (const one of woken.flatMap(later)) correlator.add(one);
  correlator.add(armed(17));
  follow();
  const byComputer = new Map([...standing.values()].flat().map((incident) => [incident.group.Computer, incident]));
  expect(byComputer.size).toBe(GROUPS);
  for (const index of [...woken, 17, 5_000])
    expect([byComputer.get(`PC${index}`)]).toEqual(
      incidentsOf([armed(index), ...(woken.includes(index) ? later(index) : [])]),
    );
  expect(byComputer.get("PC0")?.state).toBe("failing");
});
