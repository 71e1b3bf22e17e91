import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { StoreTarget } from "../../storage/store.ts";
import { type Broker, startBroker } from "../kafka/broker.ts";
import { folder } from "../stream/fleet.ts";
import { RunningProcess } from "./process.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const WORKERS = 3;

/** A broker, a store and workers as processes of their own, each reached through a proxy; and what may befall them. */
export class ShakenPipeline implements AsyncDisposable {
  #all: AsyncDisposableStack;
  readonly #broker: Broker;
  readonly #kafka: TcpProxy;
  readonly #clickhouse: TcpProxy;
  readonly #store: RunningProcess;
  readonly #workers: readonly RunningProcess[];
  /** How often what has happened. */
  readonly shakes: Record<string, number> = {};

  static async start(alertsUrl: string): Promise<ShakenPipeline> {
    await using all = new AsyncDisposableStack();
    const kafka = all.use(await TcpProxy.open());
    const clickhouse = all.use(await TcpProxy.open());
    const listener = `PLAINTEXT://${kafka.address}`;
    const broker = all.use(await startBroker({ properties: { "advertised.listeners": listener } }));
    kafka.target = broker.brokers;
    const home = folder();
    writeFileSync(
      join(home, "rootcause.yml"),
      `kafka: { brokers: ["${kafka.address}"] }
clickhouse: { url: "http://${clickhouse.address}" }
alerts: { webhooks: [{ url: "${alertsUrl}" }] }
http: { listen: "127.0.0.1:0" }
log: { format: json }
`,
    );
    const store = all.use(new RunningProcess(home, "store", "--listen", "127.0.0.1:0"));
    const workers = Array.from({ length: WORKERS }, () => all.use(new RunningProcess(home, "run")));
    const pipeline = new ShakenPipeline(all, broker, kafka, clickhouse, store, workers);
    await pipeline.#startStore();
    const setup = all.use(new RunningProcess(home, "setup"));
    setup.start();
    if ((await setup.ended()) !== 0) throw new Error(setup.said);
    pipeline.#startWorkers();
    pipeline.#all = all.move();
    return pipeline;
  }

  private constructor(
    all: AsyncDisposableStack,
    broker: Broker,
    kafka: TcpProxy,
    clickhouse: TcpProxy,
    store: RunningProcess,
    workers: readonly RunningProcess[],
  ) {
    this.#all = all;
    this.#broker = broker;
    this.#kafka = kafka;
    this.#clickhouse = clickhouse;
    this.#store = store;
    this.#workers = workers;
  }

  get kafka(): string {
    return this.#kafka.address;
  }

  get storeTarget(): StoreTarget {
    return { url: `http://${this.#clickhouse.address}` };
  }

  /** One thing after the other, at random, until the moment (ms since 1970); then everything runs again. */
  async shake(until: number): Promise<void> {
    const shakes: readonly (readonly [string, () => Promise<void>])[] = [
      ["worker killed", () => this.#restart(this.#anyWorker(), "SIGKILL")],
      ["worker stopped", () => this.#restart(this.#anyWorker(), "SIGTERM")],
      ["connections to Kafka cut", async () => this.#kafka.cut()],
      ["connections to the store cut", async () => this.#clickhouse.cut()],
      ["store killed", () => this.#restartStore("SIGKILL")],
      ["store stopped", () => this.#restartStore("SIGTERM")],
      ["broker killed", () => this.#restartBroker(() => this.#broker.kill())],
      ["broker stopped", () => this.#restartBroker(() => this.#broker.stop())],
    ];
    while (Date.now() < until) {
      await sleep(300 + Math.random() * 2_500);
      const [name, happen] = shakes[Math.floor(Math.random() * shakes.length)]!;
      await happen();
      this.shakes[name] = (this.shakes[name] ?? 0) + 1;
      this.#startWorkers();
    }
  }

  /** @returns how each worker ended */
  async stop(): Promise<readonly (number | string | undefined)[]> {
    return Promise.all(
      this.#workers.map(async (worker) => {
        // Before that a signal ends it as it ends any process.
        await worker.started(/"msg":"running"/);
        return worker.end("SIGTERM");
      }),
    );
  }

  /** What the workers said of what should not be. */
  get complaints(): readonly string[] {
    return this.#workers.flatMap(({ said }) => said.split("\n").filter((line) => line.includes('"level":"error"')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#all.disposeAsync();
  }

  #anyWorker(): RunningProcess {
    return this.#workers[Math.floor(Math.random() * WORKERS)]!;
  }

  async #restart(worker: RunningProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await worker.end(signal);
    await sleep(Math.random() * 2_000);
    worker.start();
  }

  async #restartStore(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await this.#store.end(signal);
    await sleep(Math.random() * 3_000);
    await this.#startStore();
  }

  async #restartBroker(end: () => Promise<void>): Promise<void> {
    await end();
    await sleep(Math.random() * 2_000);
    await this.#broker.restart();
  }

  async #startStore(): Promise<void> {
    this.#clickhouse.target = await this.#store.started(/127\.0\.0\.1:[1-9]\d*/);
  }

  /** Also those that ended because what they need was not there: whoever runs services starts them again. */
  #startWorkers(): void {
    for (const worker of this.#workers) worker.start();
  }
}
