/**
 * What a flood costs: ten million failures on one computer whose root came back and that has restarted; within a day, and spread over sixty.
 *
 *     npm run bench:flood            # or: npm run bench:flood -- 1000000
 */
import { join } from "node:path";
import { type Detection, detectionId, type RuleRef } from "../model/detection.ts";
import { DAY, HOUR, type Ticks, ticksFromUnixMs } from "../model/ticks.ts";
import { Correlator } from "../rules/correlate/correlator.ts";
import { loadRules } from "../rules/load.ts";
import { WITHOUT_LISTS } from "../rules/operator-lists.ts";

const failures = Number(process.argv[2] ?? 10_000_000);
/** As a batch of the stage. */
const BATCH = 2_000;
const collect = globalThis.gc;
if (collect === undefined) throw new Error("run it with node --expose-gc");
const rules = loadRules([join(import.meta.dirname, "../rules/library")], { placeholders: WITHOUT_LISTS });
const begin = ticksFromUnixMs(Date.parse("2026-03-01T00:00:00Z"));
const restart = begin + 19n * DAY;

for (const days of [1, 60]) run(days);

function run(days: number): void {
  const step = (BigInt(days) * DAY) / BigInt(failures);
  const correlator = new Correlator(rules.sequences);
  correlator.addCoverage({ computer: "EDGE01", channel: "System", first: begin, last: restart + 90n * DAY });
  const before = held();
  let most = 0;
  let user = 0;
  let concluded = 0;
  correlator.add(
    detection("root_added_by_auto_update", begin, 1n, { Thumbprint: "AB".repeat(20), Change: "came back" }),
  );
  correlator.add(detection("host_started", restart, 2n, {}));
  for (let from = 0; from < failures; from += BATCH) {
    const batch: Detection[] = [];
    for (let index = from; index < Math.min(failures, from + BATCH); index++)
      batch.push(
        // As a stage reads them: nothing is shared.
        structuredClone(
          detection("tls_alert_received", restart + HOUR + BigInt(index) * step, BigInt(index + 3), {
            Alert: index % 5_000 === 0 ? "46" : "48",
            Direction: "received",
          }),
        ),
      );
    const cpu = process.cpuUsage();
    for (const one of batch) correlator.add(one);
    concluded += [...correlator.changes("new")].length;
    user += process.cpuUsage(cpu).user;
    if ((from / BATCH) % 250 === 0) most = Math.max(most, held() - before);
  }
  most = Math.max(most, held() - before);
  const [incident, ...others] = correlator.incidents();
  const failing = incident?.evidence.find(({ step }) => step === "failing");
  if (others.length > 0 || incident?.state !== "failing" || failing?.count !== failures) {
    console.error(incident);
    throw new Error("it does not come to what it should");
  }
  console.log(
    `${failures.toLocaleString("en-US")} failures in ${days} days: ${(most / 1e6).toFixed(1)} MB at most; ${(user / failures).toFixed(1)} µs each to add and conclude, ${concluded} times; ${incident.verdict} ${incident.onset?.reason}`,
  );
}

/** Bytes that are in use. */
function held(): number {
  collect?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function detection(
  ruleName: string,
  time: Ticks,
  recordId: bigint,
  fields: Readonly<Record<string, string>>,
): Detection {
  const event = { computer: "EDGE01", channel: "System", provider: "Schannel", eventId: 36887, recordId, time };
  const rule = refOf(ruleName);
  return { id: detectionId(rule.id, event), rule, event, fields };
}

function refOf(wanted: string): RuleRef {
  const rule = rules.detections.find(({ name }) => name === wanted);
  if (rule === undefined) throw new Error(`no built-in rule is called ${wanted}`);
  const { id, name, title, level } = rule;
  return { id, name, title, level };
}
