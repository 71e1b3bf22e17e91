/**
 * What a million dormant groups cost: each a computer with one root that came back and no restart since.
 *
 *     npm run bench:groups            # or: npm run bench:groups -- 200000
 */
import { join } from "node:path";
import { type Detection, detectionId } from "../model/detection.ts";
import { DAY, SECOND, ticksFromUnixMs } from "../model/ticks.ts";
import { Correlator } from "../rules/correlate/correlator.ts";
import { loadRules } from "../rules/load.ts";
import { WITHOUT_LISTS } from "../rules/operator-lists.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const collect = globalThis.gc;
if (collect === undefined) throw new Error("run it with node --expose-gc");
const rules = loadRules([join(import.meta.dirname, "../rules/library")], {
  placeholders: WITHOUT_LISTS,
});
const ref = rules.detections.find(({ name }) => name === "root_added_by_auto_update");
if (ref === undefined) throw new Error("the built-in rule has another name");
const { id, name, title, level } = ref;
const begin = ticksFromUnixMs(Date.parse("2026-03-01T00:00:00Z"));

function armed(index: number): Detection {
  const event = {
    computer: `PC-${String(index).padStart(7, "0")}.corp.example`,
    channel: "Application",
    provider: "Microsoft-Windows-CAPI2",
    eventId: 4097,
    recordId: BigInt(20_000 + (index % 9000)),
    time: begin + BigInt(index) * (SECOND / 7n),
  };
  return {
    id: detectionId(id, event),
    rule: { id, name, title, level },
    event,
    fields: {
      Subject: `CN=Root ${index % 300}, O=Example`,
      Name: `Root ${index % 300}`,
      Thumbprint: (index % 300).toString(16).padStart(40, "A").toUpperCase(),
      Change: "came back",
    },
  };
}

collect();
const before = process.memoryUsage();
const cpu = process.cpuUsage();
const correlator = new Correlator(rules.sequences);
for (let index = 0; index < count; index++) {
  correlator.add(armed(index));
  // As a stage does: what has changed is concluded batch by batch.
  if (index % 1000 === 999)
    for (const { incidents } of correlator.changes()) if (incidents.length !== 1) throw new Error("not armed");
}
const { user } = process.cpuUsage(cpu);
collect();
const after = process.memoryUsage();
const bytes = after.heapUsed + after.external - before.heapUsed - before.external;
console.log(
  `${count.toLocaleString("en-US")} dormant groups: ${Math.round(bytes / count)} bytes each, ${Math.round(bytes / 1e6)} MB in all; ${(user / count).toFixed(1)} µs each to add and conclude`,
);
// It must outlive the measurement.
correlator.addCoverage({ computer: "x", channel: "y", first: begin, last: begin + DAY });
