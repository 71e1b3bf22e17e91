import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Incident } from "../../model/incident.ts";
import { scan } from "../../pipeline/scan.ts";
import { type RunningStages, startStages } from "../../pipeline/stream/run-stages.ts";
import type { Topics } from "../../pipeline/stream/topics.ts";
import { loadRules } from "../../rules/load.ts";
import { listIncidents } from "../../storage/incidents.ts";
import { openStore, type Store } from "../../storage/store.ts";
import { kafkaTransport } from "../../transport/kafka.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { scanOptions } from "../pipeline/scan-options.ts";
import { eventsAcross, RULES } from "./across-computers.ts";
import { folder } from "./fleet.ts";
import { Said } from "./stages.ts";

const kafka = await kafkaForTests();
const options = { brokers: [kafka ?? ""], clientId: "tests" };
const EVENTS = eventsAcross();

/** What a worker process has: connections of its own. */
async function worker(store: Store, topics: Topics, group: string) {
  const said = new Said();
  const transport = await kafkaTransport(options);
  const running: RunningStages = await startStages(
    { store, transport, publisher: await transport.publisher(), topics, watch: said },
    {
      stages: ["detect", "correlate"],
      group,
      rules: loadRules([rulesFile], { placeholders: new Map() }),
      detect: { format: undefined, storeEvents: false },
      lateness: 0n,
      alerts: { minimum: "medium", webhooks: [] },
      ingest: { paths: [], state: "", interval: 0 },
    },
  );
  const close = async () => {
    await running.close();
    await transport.close();
  };
  return { said, close };
}

function byId(incidents: readonly Incident[]): readonly Incident[] {
  return incidents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function standing(store: Store): Promise<readonly Incident[]> {
  return byId((await Array.fromAsync(listIncidents(store))).map(({ incident }) => incident));
}

const rulesFile = join(folder(), "rules.yml");
writeFileSync(rulesFile, RULES);
const log = join(folder(), "events.jsonl");
writeFileSync(log, EVENTS.map(({ json }) => `${json}\n`).join(""));

describe.runIf(kafka)("groups of events of many computers", { timeout: 240_000 }, async () => {
  const { incidents, refused } = await scan(scanOptions([log], { rulePaths: [rulesFile] }));

  test("the scan to compare with finds something of each kind", () => {
    expect(refused).toEqual([]);
    const found = Map.groupBy(incidents, ({ rule }) => rule.name);
    for (const name of ["one_root", "one_partner", "one_machine"]) {
      const states = new Set(found.get(name)?.map(({ state }) => state));
      expect(states.has("failing"), name).toBe(true);
    }
    const wide = incidents.find(({ rule, state }) => rule.name === "one_root" && state === "failing");
    const computers = wide?.evidence.flatMap(({ events }) => events.map(({ event }) => event.computer));
    expect(new Set(computers).size).toBeGreaterThan(2);
  });

  test("keyed by computer at first, then without keys, with workers that come and go, come to what a scan concludes", async () => {
    const [events, detections, incidentTopic, deadletter] = [
      await newTopic(options, { partitions: 6 }),
      await newTopic(options, { partitions: 6 }),
      await newTopic(options),
      await newTopic(options),
    ];
    const topics = { events: [events], detections, incidents: incidentTopic, deadletter };
    const group = uniqueName("group");
    const store = await openStore(join(folder(), "store"));
    const transport = await kafkaTransport(options);
    const publisher = await transport.publisher();
    const third = Math.ceil(EVENTS.length / 3);
    const publish = (from: number) =>
      publisher.send(
        events,
        EVENTS.slice(from, from + third).map(({ computer, json }) => ({
          key: from === 0 ? computer : undefined,
          value: Buffer.from(json),
        })),
      );
    const all = [await worker(store, topics, group), await worker(store, topics, group)];
    const handled = (count: number) =>
      expect
        .poll(() => all.reduce((sum, { said }) => sum + said.eventCount, 0), { timeout: 60_000, interval: 100 })
        .toBeGreaterThanOrEqual(count);

    await publish(0);
    await handled(1);
    all.push(await worker(store, topics, group));
    await publish(third);
    await handled(third);
    await all[0]?.close();
    await publish(2 * third);
    await handled(EVENTS.length);
    await expect.poll(() => standing(store), { timeout: 90_000, interval: 500 }).toEqual(byId(incidents));
    expect(all.flatMap(({ said }) => said.deadLetters)).toEqual([]);
    expect(all.filter(({ said }) => said.eventCount > 0).length).toBeGreaterThan(1);
    for (const { close } of all.slice(1)) await close();
    expect(await standing(store)).toEqual(byId(incidents));
    await transport.close();
    await store.close();
  });
});
