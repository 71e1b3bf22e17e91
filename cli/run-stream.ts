import { once } from "node:events";
import type { Logger } from "pino";
import { MILLISECOND } from "../model/ticks.ts";
import { UserError } from "../model/user-error.ts";
import { startStages } from "../pipeline/stream/run-stages.ts";
import { DEFAULT_TOPICS } from "../pipeline/stream/topics.ts";
import { createMetrics } from "../pipeline/watch/metrics.ts";
import { serveWatch } from "../pipeline/watch/server.ts";
import { StageWatch } from "../pipeline/watch/stage-watch.ts";
import { measureStore } from "../pipeline/watch/store-gauges.ts";
import { loadRules, type RuleSet } from "../rules/load.ts";
import { serveStore } from "../storage/http-server/serve-store.ts";
import { outageOf } from "../storage/server.ts";
import { openEmbeddedStore, openStore, type Store } from "../storage/store.ts";
import { kafkaTransport } from "../transport/kafka.ts";
import { memoryTransport } from "../transport/memory.ts";
import type { Transport } from "../transport/transport.ts";
import { type Config, readConfig } from "./config.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Interruption } from "./interruption.ts";
import { createLog } from "./log.ts";
import { configuredRules } from "./rule-options.ts";
import type { RunOptions } from "./run.ts";
import { storeUsers } from "./store-users.ts";

/** How long a process that is told to stop may take, ms: after that it ends as if it were killed, which loses nothing. */
const GRACE = 8_000;
const LINGER = 500;

/** Runs stages until Ctrl-C or SIGTERM. */
export async function runStream(options: RunOptions): Promise<ExitCode> {
  try {
    return await run(options);
  } finally {
    // A connection that its other side has not let go of yet, or one to a broker that is away, keeps nobody waiting.
    setTimeout(() => process.exit(), LINGER).unref();
  }
}

async function run(options: RunOptions): Promise<ExitCode> {
  const config = await readConfig(options.config);
  const stages = options.stages ?? config.stages;
  if (config.kafka === undefined && !stages.includes("ingest"))
    throw new UserError(
      "Nothing would come in: without a kafka section the events come from the logs that ingest.paths names, and it names none.",
    );
  if (config.kafka === undefined && !stages.includes("detect"))
    throw new UserError(
      "What is read would go nowhere: without a kafka section ingest hands it to detect in this process, so name detect too.",
    );
  if (stages.includes("ingest") && config.ingest.paths.length === 0)
    throw new UserError("The stage ingest has nothing to read: name files or folders in ingest.paths.");
  const log = createLog(config.log);
  using stop = new Interruption();
  await using open = new AsyncDisposableStack();
  const metrics = createMetrics();
  let unready = (): readonly string[] => ["starting"];
  // First: whoever watches is answered while the store is opened and the brokers are reached.
  const server = open.adopt(
    await serveWatch({ listen: config.http.listen, metrics, unready: () => unready(), unhealthy: () => [] }),
    (server) => server.close(),
  );
  const rules = rulesOf(config, log);
  const store = open.adopt(await storeOf(config, options, log), (store) => store.close());
  const transport = open.adopt(await transportOf(config, log), (transport) => transport.close());
  const publisher = open.adopt(await transport.publisher(), (publisher) => publisher.close());
  const watch = new StageWatch(metrics, log, (error) =>
    "url" in config.clickhouse ? outageOf(config.clickhouse, error) : undefined,
  );
  const topics = config.kafka?.topics ?? DEFAULT_TOPICS;
  const context = { store, transport, publisher, topics, watch };
  const settings = {
    stages,
    group: config.kafka?.group ?? "rootcause",
    rules,
    detect: { format: config.events.format, storeEvents: config.events.store },
    lateness: BigInt(config.correlate.lateness) * MILLISECOND,
    alerts: config.alerts,
    ingest: config.ingest,
  };
  const running = open.adopt(await startStages(context, settings), (running) => running.close());
  metrics.lagFrom(() => running.lag());
  const counts = open.use(measureStore(store, metrics, watch));
  unready = () => [...watch.failing(), ...[transport.outage() ?? [], counts.outage() ?? []].flat()];
  log.info({ stages, metrics: `http://${server.address}/metrics` }, "running");
  await Promise.race([running.ended, aborted(stop.signal)]);
  unready = () => ["stopping"];
  log.info("stopping");
  const impatience = endAfter(GRACE, log);
  await open.disposeAsync();
  clearTimeout(impatience);
  log.info("stopped");
  return EXIT.ok;
}

function rulesOf(config: Config, log: Logger): RuleSet {
  const { rulePaths, placeholders } = configuredRules(config);
  const rules = loadRules(rulePaths, { placeholders });
  for (const { place, rule, reason } of rules.refused)
    log.warn({ rule, file: place.file, line: place.line }, `a rule is refused: ${reason}`);
  return rules;
}

/** The store, which others may use by HTTP where that is asked for. */
async function storeOf({ clickhouse }: Config, { clickhouseHttp }: RunOptions, log: Logger): Promise<Store> {
  if (clickhouseHttp === undefined) return openStore(clickhouse);
  if (!("folder" in clickhouse))
    throw new UserError(
      "--clickhouse-http serves the embedded store, but the configuration names a server with clickhouse.url.",
    );
  const store = await openEmbeddedStore(clickhouse.folder);
  const served = await serveStore({ store, ...clickhouseHttp, users: await storeUsers("default") });
  log.info({ clickhouse: served.url }, "the store is served");
  return {
    client: store.client,
    close: async () => {
      await served.close();
      await store.close();
    },
  };
}

function transportOf({ kafka }: Config, log: Logger): Promise<Transport> | Transport {
  if (kafka === undefined) return memoryTransport();
  return kafkaTransport({ ...kafka.connection, log: (level, text) => log[level](text) });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

function endAfter(ms: number, log: Logger): NodeJS.Timeout {
  return setTimeout(() => {
    log.warn("stopping takes too long: what is unfinished is done again at the next start");
    process.exit(EXIT.ok);
  }, ms).unref();
}
