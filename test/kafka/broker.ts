import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { kafkaClassPath } from "./distribution.ts";

/** A Kafka broker (one node, KRaft) that ends with this process at the latest, even when this process is killed. */
export interface Broker {
  /** host:port of the first listener. */
  readonly brokers: string;
  /** host:port of each listener by its name. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly dataFolder: string;
  /** Ends it as an operator would; `restart` may follow. */
  stop(): Promise<void>;
  /** SIGKILL; `restart` may follow. */
  kill(): Promise<void>;
  /** Starts it again on the same ports and data, after `stop` or `kill` or while it runs. */
  restart(): Promise<void>;
  /** It keeps its connections and answers nothing, until it goes on. */
  hang(): void;
  goOn(): void;
  /** Ends it for good and removes its data. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface BrokerOptions {
  /** Name of each listener and its security protocol. */
  readonly listeners?: Readonly<Record<string, "PLAINTEXT" | "SASL_PLAINTEXT" | "SASL_SSL" | "SSL">>;
  /** More lines of server.properties. */
  readonly properties?: Readonly<Record<string, string>>;
  /** More arguments of `kafka-storage format`. */
  readonly format?: readonly string[];
}

/** A broker lives for minutes here: to compile it for speed would take more than it gives, of two cores one while it starts. */
const JAVA = ["-Xms128m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
/** Start takes about 4 s on an idle machine; one that is not up after this long will not be, ms. */
const PATIENCE = 120_000;
const STARTED = "Kafka Server started";

/**
 * The shell holds the broker and reads from a pipe that this process keeps open: when this process is gone, by whatever end, the pipe closes and
 * the broker is killed and its folder removed. It prints the broker's process id first.
 */
const HOLD = `folder=$1; shift; exec 3<&0
"$@" </dev/null >&2 3<&- & broker=$!
echo $broker
{ cat >/dev/null; kill -9 $broker; rm -rf "$folder"; } <&3 & watch=$!
exec 3<&- >/dev/null
wait $broker; kill $watch 2>/dev/null`;

export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const listeners = options.listeners ?? { PLAINTEXT: "PLAINTEXT" };
  const folder = mkdtempSync(join(tmpdir(), "rootcause-kafka-"));
  const addresses: Record<string, string> = {};
  for (const name of [...Object.keys(listeners), "CONTROLLER"]) addresses[name] = `127.0.0.1:${await freePort()}`;
  const properties = join(folder, "server.properties");
  const dataFolder = join(folder, "data");
  const lines = { ...propertiesOf({ ...listeners, CONTROLLER: "PLAINTEXT" }, addresses, dataFolder) };
  writeFileSync(
    properties,
    Object.entries({ ...lines, ...options.properties })
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );
  const java = [...JAVA, "-cp", await kafkaClassPath()];
  const cluster = ["--cluster-id", "rootcause-tests", "--config", properties];
  await promisify(execFile)("java", [
    ...java,
    "kafka.tools.StorageTool",
    "format",
    ...cluster,
    ...(options.format ?? []),
  ]);

  const broker = [...java, "kafka.Kafka", properties];
  let running = await start(folder, broker);
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (running.shell.exitCode !== null) return;
    running.shell.ref();
    const ended = once(running.shell, "exit");
    process.kill(running.pid, signal);
    await ended;
  };
  return {
    brokers: Object.values(addresses)[0] ?? "",
    addresses,
    dataFolder,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGTERM");
      running = await start(folder, broker);
    },
    hang: () => process.kill(running.pid, "SIGSTOP"),
    goOn: () => process.kill(running.pid, "SIGCONT"),
    [Symbol.asyncDispose]: async () => {
      await end("SIGKILL");
      rmSync(folder, { recursive: true });
    },
  };
}

function propertiesOf(
  listeners: Readonly<Record<string, string>>,
  addresses: Readonly<Record<string, string>>,
  dataFolder: string,
): Record<string, string> {
  const names = Object.keys(listeners);
  const bound = (all: readonly string[]) => all.map((name) => `${name}://${addresses[name]}`).join(",");
  return {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@${addresses.CONTROLLER}`,
    "controller.listener.names": "CONTROLLER",
    listeners: bound(names),
    "advertised.listeners": bound(names.filter((name) => name !== "CONTROLLER")),
    "inter.broker.listener.name": names[0] ?? "",
    "listener.security.protocol.map": Object.entries(listeners)
      .map(([name, protocol]) => `${name}:${protocol}`)
      .join(","),
    "log.dirs": dataFolder,
    "log.retention.ms": "-1",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "3",
    "group.initial.rebalance.delay.ms": "0",
    // Or a broker that was killed waits 9 s before it may come back.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "num.io.threads": "4",
    "num.network.threads": "2",
  };
}

async function start(folder: string, java: readonly string[]): Promise<{ shell: ChildProcess; pid: number }> {
  const logFile = join(folder, "broker.log");
  const log = openSync(logFile, "w");
  const shell = spawn("sh", ["-c", HOLD, "sh", folder, "java", ...java], { stdio: ["pipe", "pipe", log] });
  closeSync(log);
  const [pid] = await once(shell.stdout ?? shell, "data");
  const until = Date.now() + PATIENCE;
  while (!readFileSync(logFile, "utf8").includes(STARTED)) {
    if (shell.exitCode !== null || Date.now() > until) {
      shell.stdin?.end();
      throw new Error(`The Kafka broker did not start:\n${readFileSync(logFile, "utf8").slice(-4000)}`);
    }
    await sleep(100);
  }
  shell.unref();
  return { shell, pid: Number(String(pid)) };
}

/** Below the ports that systems hand out for outgoing connections, so that nobody takes it while the broker is down. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
