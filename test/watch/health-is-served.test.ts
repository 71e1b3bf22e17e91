import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { UserError } from "../../model/user-error.ts";
import { createMetrics } from "../../pipeline/watch/metrics.ts";
import { serveWatch, type WatchServerOptions } from "../../pipeline/watch/server.ts";
import { StageWatch } from "../../pipeline/watch/stage-watch.ts";
import { outageOf } from "../../storage/server.ts";

async function served(options: Partial<WatchServerOptions> = {}) {
  const server = await serveWatch({
    listen: { host: "127.0.0.1", port: 0 },
    metrics: createMetrics(),
    unready: () => [],
    unhealthy: () => [],
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

async function get(address: string, path: string, init?: RequestInit) {
  const response = await fetch(`http://${address}${path}`, init);
  return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
}

test("metrics are Prometheus text", async () => {
  const metrics = createMetrics();
  metrics.events.add({ stage: "detect" }, 12);
  const { address } = await served({ metrics });
  const { status, text: body, type } = await get(address, "/metrics");
  expect({ status, type }).toEqual({ status: 200, type: "text/plain; version=0.0.4; charset=utf-8" });
  expect(body).toContain('\nrootcause_events_total{stage="detect"} 12\n');
  expect(body).toContain('\nrootcause_dead_letters_total{reason="malformed"} 0\n');
  expect(body).toContain('\nrootcause_retries_total{stage="correlate"} 0\n');
});

test("ready and healthy are ok, or 503 with the reasons", async () => {
  const unready: string[] = [];
  const { address } = await served({ unready: () => unready, unhealthy: () => ["the broker has thrown us out"] });
  expect(await get(address, "/readyz?verbose")).toMatchObject({ status: 200, text: "ok\n" });
  unready.push("a", "b");
  expect(await get(address, "/readyz")).toMatchObject({ status: 503, text: "a\nb\n" });
  expect(await get(address, "/healthz")).toMatchObject({ status: 503, text: "the broker has thrown us out\n" });
});

test("a stage that fails says so once, is not ready, and is again when a batch is done", async () => {
  const said: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => void said.push(line) });
  const metrics = createMetrics();
  const watch = new StageWatch(metrics, log, () => undefined);
  const { address } = await served({ metrics, unready: () => watch.failing() });
  for (const _ of [1, 2, 3]) watch.failed("detect", new Error("connect\nECONNREFUSED"), "e 0");
  expect(await get(address, "/readyz")).toMatchObject({
    status: 503,
    text: expect.stringMatching(/^detect cannot go on since 20.*Z: connect ECONNREFUSED\n$/),
  });
  watch.batch("detect", 0.2, "e 1");
  expect(await get(address, "/readyz")).toMatchObject({ status: 503 });
  watch.batch("detect", 0.2, "e 0");
  expect(await get(address, "/readyz")).toMatchObject({ status: 200 });
  expect(said.map((line) => JSON.parse(line).msg)).toEqual([
    "the stage cannot go on and tries again until it can",
    "the stage goes on",
  ]);
  const { text: body } = await get(address, "/metrics");
  expect(body).toContain('\nrootcause_retries_total{stage="detect"} 3\n');
  expect(body).toContain('\nrootcause_batch_seconds_count{stage="detect"} 2\n');
});

test("a server that does not answer is named once for all stages, and once when it answers again", async () => {
  const url = "http://127.0.0.1:1";
  await using client = createClient({ url, log: { level: ClickHouseLogLevel.OFF } });
  const error: unknown = await client.query({ query: "SELECT 1" }).catch((error: unknown) => error);
  const said: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => void said.push(JSON.parse(line).msg) });
  const watch = new StageWatch(createMetrics(), log, (error) => outageOf({ url }, error));
  watch.failed("detect", error, "e 0");
  watch.failed("correlate", error, "sweep");
  watch.failed("correlate", new Error("no memory left"), "sweep");
  watch.failed("detect", error, "e 0");
  // A batch that needed no store.
  watch.batch("detect", 0.2, "e 1");
  expect(watch.failing()).toEqual([
    expect.stringMatching(
      /^detect cannot go on since \S+: ClickHouse at http:\/\/127\.0\.0\.1:1 does not answer \(connect ECONNREFUSED 127\.0\.0\.1:1\)$/,
    ),
    expect.stringMatching(/^correlate cannot go on since \S+: no memory left$/),
  ]);
  watch.batch("detect", 0.2, "e 0");
  watch.recovered("correlate", "sweep");
  expect(watch.failing()).toEqual([]);
  // Found by whoever asks it now and then; the partitions of the stage that failed meanwhile became another's.
  watch.storeFails(error);
  watch.failed("detect", error, "e 2");
  watch.released("detect");
  watch.failed("detect", error, "e 3");
  watch.released("detect");
  watch.storeAnswers();
  watch.storeAnswers();
  expect(said).toEqual([
    "ClickHouse at http://127.0.0.1:1 does not answer, waiting until it does: connect ECONNREFUSED 127.0.0.1:1",
    "the stage cannot go on and tries again until it can",
    "ClickHouse at http://127.0.0.1:1 answers again",
    "the stage goes on",
    "ClickHouse at http://127.0.0.1:1 does not answer, waiting until it does: connect ECONNREFUSED 127.0.0.1:1",
    "ClickHouse at http://127.0.0.1:1 answers again",
  ]);
});

test("what failed of partitions that are another's now is no failure any more", () => {
  const watch = new StageWatch(createMetrics(), pino({ level: "silent" }), () => undefined);
  watch.failed("detect", new Error("x"), "e 0");
  watch.released("detect");
  expect(watch.failing()).toEqual([]);
});

test("there is nothing else, and nothing to change", async () => {
  const { address } = await served();
  expect(await get(address, "/")).toMatchObject({ status: 404 });
  expect(await get(address, "/metrics", { method: "POST", body: "x".repeat(100_000) })).toMatchObject({ status: 405 });
});

test("what is no request is refused, and others are answered all the same", async () => {
  const { address } = await served();
  const port = Number(address.split(":")[1]);
  for (const bytes of ["\u0000\u0001\r\n\r\n", `GET / HTTP/1.1\r\nx: ${"x".repeat(20_000)}\r\n\r\n`]) {
    const socket = connect(port, "127.0.0.1");
    socket.end(bytes);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
  }
  expect(await get(address, "/healthz")).toMatchObject({ status: 200 });
});

test("an address that is taken is the user's to mend", async () => {
  const { address } = await served();
  const listen = { host: "127.0.0.1", port: Number(address.split(":")[1]) };
  await expect(served({ listen })).rejects.toThrow(UserError);
  await expect(served({ listen })).rejects.toThrow(
    /^Cannot serve metrics on 127\.0\.0\.1:\d+ \(.*EADDRINUSE.*http\.listen\.$/,
  );
});
