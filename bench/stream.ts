/**
 * What the stream carries: `npm run bench:stream [events]`. A broker, `rootcause store`, one process that publishes, one that detects and one that
 * correlates, all on this machine; events of about 1 KB, one in a hundred a TLS failure that the built-in rules match.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readIncident } from "../output/read.ts";
import { RunningProcess } from "../test/chaos/process.ts";
import { startBroker } from "../test/kafka/broker.ts";
import { kafkaTransport } from "../transport/kafka.ts";
import type { Transport } from "../transport/transport.ts";
import { cpuOfChildren } from "./cpu-of-children.ts";
import { everydayEvents, packed, returnedRoot } from "./stream-events.ts";

const EVENTS = Number(process.argv[2] ?? 400_000);
const TOPIC = "rootcause.events";
/** What the stream is to carry at least where events are stored, a second: what they wait is measured at half of it, and at half of what it did carry. */
const ASKED = 40_000;
const SECONDS_OF_LATENCY = 30;
/** How often some events are sent then, ms. */
const TURN = 50;

/** Events so far. */
let made = 0;
const home = mkdtempSync(join(tmpdir(), "rootcause-bench-"));
await using broker = await startBroker();
await using store = new RunningProcess(home, "store", "--listen", "127.0.0.1:0");
const clickhouse = await store.started(/http:\/\/127\.0\.0\.1:[1-9]\d*/);
const client = { brokers: [broker.brokers], clientId: "bench" };
configure("setup", true);
await ended("setup");

const transport = await kafkaTransport(client);
console.log(`publish              ${await published(transport)} events/s`);
console.log(`read, do nothing     ${await readOnly(transport)} events/s   (the limit)`);
console.log(`detections only      ${await detected("only", false)} events/s`);
const stored = await detected("stored", true);
console.log(`events stored        ${stored} events/s`);
for (const rate of [ASKED / 2, Math.round(stored / 2)]) await latency(transport, rate);
await transport.close();
rmSync(home, { recursive: true });

function configure(group: string, storeEvents: boolean): void {
  writeFileSync(
    join(home, "rootcause.yml"),
    `kafka: { brokers: ["${broker.brokers}"], group: ${group} }
clickhouse: { url: "${clickhouse}" }
events: { store: ${storeEvents} }
http: { listen: "127.0.0.1:0" }
log: { format: json }
`,
  );
}

async function ended(...words: readonly string[]): Promise<void> {
  await using once = new RunningProcess(home, ...words);
  await once.start();
  if ((await once.ended()) !== 0) throw new Error(once.said);
}

async function published(to: Transport): Promise<number> {
  const publisher = await to.publisher();
  const size = 5_000;
  let spent = 0;
  for (let at = 0; at < EVENTS; at += size) {
    const messages = [...newEvents(Math.min(size, EVENTS - at))];
    const began = performance.now();
    await publisher.send(TOPIC, messages);
    spent += performance.now() - began;
  }
  await publisher.close();
  return perSecond(EVENTS, spent);
}

async function readOnly(from: Transport): Promise<number> {
  let left = EVENTS;
  const all = Promise.withResolvers<void>();
  let began = 0;
  const batch = async ({ messages }: { readonly messages: readonly unknown[] }): Promise<undefined> => {
    began ||= performance.now();
    left -= messages.length;
    if (left <= 0) all.resolve();
  };
  const reader = await from.subscribe({ groupId: "nothing", topics: [TOPIC], handler: { batch } });
  await all.promise;
  const spent = performance.now() - began;
  await reader.close();
  return perSecond(EVENTS, spent);
}

/** Between a tenth and all of the events, so that starting does not count. */
async function detected(group: string, storeEvents: boolean): Promise<number> {
  configure(group, storeEvents);
  await using detect = new RunningProcess(home, "run", "--stages", "detect");
  await using correlate = new RunningProcess(home, "run", "--stages", "correlate");
  await correlate.started(/"running"/);
  const metrics = await detect.started(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
  let first = { count: 0, at: 0, cpu: cpuOfChildren() };
  for (;;) {
    await sleep(250);
    const text = await (await fetch(metrics)).text();
    const count = Number(/rootcause_events_total\{stage="detect"\} (\d+)/.exec(text)?.[1] ?? 0);
    if (first.count === 0 && count >= EVENTS / 10) first = { count, at: performance.now(), cpu: cpuOfChildren() };
    if (count < EVENTS) continue;
    const spent = performance.now() - first.at;
    const sum = Number(/rootcause_batch_seconds_sum\{stage="detect"\} ([\d.]+)/.exec(text)?.[1]);
    const batches = Number(/rootcause_batch_seconds_count\{stage="detect"\} (\d+)/.exec(text)?.[1]);
    const cpu = Array.from(cpuOfChildren(), ([name, now]) => [name, now - (first.cpu.get(name) ?? 0)] as const)
      .map(([name, seconds]) => `${name} ${((seconds * 1e6) / (EVENTS - first.count)).toFixed(1)}`)
      .join(", ");
    console.log(
      `                       ${batches} batches of ${Math.round(EVENTS / batches)}, ${((sum / batches) * 1000).toFixed(0)} ms each; µs of CPU an event: ${cpu}`,
    );
    return perSecond(EVENTS - first.count, spent);
  }
}

/** From the sending of the event that opens an incident to the message with the incident, while so many others pass a second. */
async function latency(over: Transport, rate: number): Promise<void> {
  configure("latency", true);
  await using detect = new RunningProcess(home, "run", "--stages", "detect");
  await using correlate = new RunningProcess(home, "run", "--stages", "correlate");
  await correlate.started(/"running"/);
  await detect.started(/"running"/);
  const sent = new Map<string, number>();
  const took: number[] = [];
  const listener = await over.subscribe({
    groupId: "listener",
    topics: ["rootcause.incidents"],
    handler: {
      batch: async ({ messages }) => {
        for (const { value } of messages) {
          const incident = readIncident(value.toString("utf8"));
          const computer = incident.kind === "incident" ? (incident.group.Computer ?? "") : "";
          const at = sent.get(computer);
          sent.delete(computer);
          if (at !== undefined) took.push(performance.now() - at);
        }
      },
    },
  });
  const publisher = await over.publisher();
  const share = Math.round((rate * TURN) / 1_000);
  const turns = (SECONDS_OF_LATENCY * 1_000) / TURN;
  // Made before: whoever makes the events of a real network does it elsewhere.
  const events = Array.from({ length: turns }, () => packed(newEvents(share)));
  // What lies in the topic from before passes first.
  await sleep(1_000 * (6 + EVENTS / rate));
  const began = performance.now();
  for (const [turn, messages] of events.entries()) {
    const computer = `NEW${rate}-${turn}.corp.example`;
    sent.set(computer, performance.now());
    await publisher.send(TOPIC, [...messages(), returnedRoot(turn, computer)]);
    await sleep(Math.max(0, began + (turn + 1) * TURN - performance.now()));
  }
  for (let tries = 0; sent.size > 0 && tries < 100; tries++) await sleep(100);
  took.sort((a, b) => a - b);
  const part = (p: number) => Math.round(took[Math.min(took.length - 1, Math.floor(took.length * p))] ?? Number.NaN);
  console.log(
    `event to incident    p50 ${part(0.5)} ms, p99 ${part(0.99)} ms at ${rate} events/s (${took.length} incidents, ${sent.size} not seen)`,
  );
  await publisher.close();
  await listener.close();
}

/** None of them like one before. */
function newEvents(count: number): ReturnType<typeof everydayEvents> {
  made += count;
  return everydayEvents(count, made - count);
}

function perSecond(count: number, ms: number): number {
  return Math.round(count / (ms / 1000));
}
