import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { scan } from "../../pipeline/scan.ts";
import { simulate } from "../../simulator/simulate.ts";
import { RunningProcess } from "../chaos/process.ts";
import { rootcause } from "../cli/run.ts";
import { scanOptions } from "../pipeline/scan-options.ts";
import { folder } from "./fleet.ts";

async function ask(address: string, query: string): Promise<string> {
  const response = await fetch(`http://${address}/?database=rootcause&query=${encodeURIComponent(query)}`);
  return (await response.text()).trim();
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await what()); tries++) {
    if (tries > 300) throw new Error("it has not come to that");
    await sleep(100);
  }
}

test("run follows logs without a broker, serves its store, metrics and health, and goes on where it was after a stop", async () => {
  const home = folder();
  await simulate({ out: join(home, "logs"), hosts: 1, days: 28, scenarios: ["root-return"] });
  const { incidents, records } = await scan(scanOptions([join(home, "logs")]));
  writeFileSync(
    join(home, "rootcause.yml"),
    `ingest: { paths: [logs], interval: 1s }\nhttp: { listen: "127.0.0.1:0" }\nlog: { format: json }\n`,
  );
  await using run = new RunningProcess(home, "run", "--clickhouse-http", "127.0.0.1:0");
  const metrics = (await run.started(/http:\/\/127\.0\.0\.1:\d+(?=\/metrics)/)) ?? "";
  const store = /"clickhouse":"http:\/\/([^"/]+)/.exec(run.said)?.[1] ?? "";
  await until(async () => (await ask(store, "SELECT count() FROM events FINAL")) === String(records));
  const failing = "SELECT count() FROM incidents FINAL WHERE NOT withdrawn AND state = 'failing'";
  await until(
    async () => (await ask(store, failing)) === String(incidents.filter(({ state }) => state === "failing").length),
  );
  expect(await (await fetch(`${metrics}/readyz`)).text()).toBe("ok\n");
  expect(await (await fetch(`${metrics}/healthz`)).text()).toBe("ok\n");
  const counted = `rootcause_events_total{stage="detect"} ${records}`;
  await until(async () => (await (await fetch(`${metrics}/metrics`)).text()).includes(counted));
  expect(await run.end("SIGTERM")).toBe(0);

  const again = await run.started(/http:\/\/127\.0\.0\.1:\d+(?=\/metrics)/);
  await sleep(2_500);
  expect(await (await fetch(`${again}/metrics`)).text()).not.toContain("rootcause_events_total{");
  expect(await run.end("SIGINT")).toBe(0);
  const { out } = await rootcause(home, "incidents", "--format", "jsonl");
  expect(out.trim().split("\n").length).toBe(incidents.length);
}, 90_000);

test("without a broker and without detect, what ingest reads would go nowhere: that is a mistake", async () => {
  const home = folder();
  writeFileSync(join(home, "rootcause.yml"), "ingest: { paths: [.] }\n");
  const { code, err } = await rootcause(home, "run", "--stages", "ingest");
  expect(err).toMatch(/^rootcause: What is read would go nowhere: .* name detect too\.\n$/);
  expect(code).toBe(2);
});

test("a process that waits for its brokers is healthy, and not ready", async () => {
  // It takes connections and never answers.
  await using silent = await listening();
  const home = folder();
  const http = await listening();
  await http[Symbol.asyncDispose]();
  writeFileSync(
    join(home, "rootcause.yml"),
    `kafka: { brokers: ["127.0.0.1:${silent.port}"] }\nhttp: { listen: "127.0.0.1:${http.port}" }\n`,
  );
  await using run = new RunningProcess(home, "run");
  run.start();
  const asked = (path: string) => fetch(`http://127.0.0.1:${http.port}/${path}`).catch(() => undefined);
  await until(async () => (await asked("healthz")) !== undefined);
  expect(await (await asked("healthz"))?.text()).toBe("ok\n");
  expect(await (await asked("readyz"))?.text()).toBe("starting\n");
});

async function listening() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

test("mistakes are one line", async () => {
  const home = folder();
  const said = async (text: string, ...words: readonly string[]) => {
    writeFileSync(join(home, "rootcause.yml"), text);
    const { code, err } = await rootcause(home, ...words);
    expect(code).toBe(2);
    const lines = err.split("\n").filter((line) => line.startsWith("rootcause: "));
    expect(lines.length).toBe(1);
    return lines[0];
  };
  expect(await said("", "run")).toContain("ingest.paths");
  expect(await said("", "run", "--stages", "detekt")).toContain('"detekt" is no stage');
  const away = "kafka: { brokers: ['127.0.0.1:1'] }\n";
  expect(await said(away, "setup")).toContain("127.0.0.1:1");
  expect(await said(away, "run")).toContain("127.0.0.1:1");
  const server = "ingest: { paths: [.] }\nclickhouse: { url: 'http://127.0.0.1:1' }\n";
  expect(await said(server, "run")).toContain("http://127.0.0.1:1");
  expect(await said(server, "run", "--clickhouse-http", "127.0.0.1:0")).toContain("--clickhouse-http");
});
