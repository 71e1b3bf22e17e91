import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createMetrics } from "../../pipeline/watch/metrics.ts";
import { serveWatch } from "../../pipeline/watch/server.ts";
import { openStore } from "../../storage/store.ts";
import { rootcause } from "../cli/run.ts";
import { newFolder } from "./folder.ts";

/** What `rootcause config check` says of a configuration, in a folder with these files. */
async function checked(text: string, files: Readonly<Record<string, string>> = {}) {
  const folder = await newFolder();
  for (const [name, content] of Object.entries({ "rootcause.yml": text, ...files }))
    await writeFile(join(folder, name), content);
  return { folder, ...(await rootcause(folder, "config", "check")) };
}

/** An address where something answers that is neither ClickHouse nor anything else. */
async function someServer(): Promise<string> {
  const server = createServer((_, response) => response.writeHead(404).end("who are you?")).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address where nobody listens. */
async function noServer(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

const FREE = "http: { listen: 127.0.0.1:0 }\n";

test("what works is said in a line each, and nothing is made", async () => {
  const address = await someServer();
  const text = `${FREE}ingest: { paths: [a.evtx, .] }\nalerts: { webhooks: [{ url: http://${address}/secret-path }] }\n`;
  const { folder, code, out, err } = await checked(text, { "a.evtx": "" });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.split("\n").map((line) => line.replace(/ {2,}/g, " | "))).toEqual([
    "✓ configuration | rootcause.yml",
    expect.stringMatching(/^✓ rules \| \d+ detections, \d+ sequences$/),
    "✓ store | rootcause-data, which will be made",
    "✓ ingest a.evtx | a file that can be read",
    "✓ ingest . | a folder that can be read",
    "✓ ingest.state | rootcause-state, which will be made",
    expect.stringMatching(`^✓ webhook ${address} [0-9a-f]{8} \\| reachable$`),
    "✓ http 127.0.0.1:0 | free",
    "",
  ]);
  expect(existsSync(join(folder, "rootcause-data"))).toBe(false);
});

test("a rootcause that runs already is no fault, and the store that it holds is none", async () => {
  const listen = { host: "127.0.0.1", port: 0 };
  const running = await serveWatch({ listen, metrics: createMetrics(), unready: () => [], unhealthy: () => ["ill"] });
  onTestFinished(() => running.close());
  const folder = await newFolder();
  await using held = new AsyncDisposableStack();
  held.adopt(await openStore(join(folder, "rootcause-data")), (store) => store.close());
  await writeFile(join(folder, "rootcause.yml"), FREE);
  expect(await rootcause(folder, "config", "check")).toMatchObject({
    code: 2,
    out: expect.stringMatching(/\n✗ store +The store rootcause-data is in use by process \d+: /),
  });
  await writeFile(join(folder, "rootcause.yml"), `http: { listen: "${running.address}" }\n`);
  expect(await rootcause(folder, "config", "check")).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /\n✓ store +rootcause-data, which a rootcause holds\n✓ http 127\.0\.0\.1:\d+ +a rootcause listens there already\n$/,
    ),
  });
});

test("without a file the defaults are tried", async () => {
  const { out } = await rootcause(await newFolder(), "config", "check");
  expect(out).toMatch(/^✓ configuration +no rootcause\.yml here: all is as by default\n✓ rules /);
});

test("a store that is there is opened", async () => {
  const folder = await newFolder();
  await (await openStore(join(folder, "rootcause-data"))).close();
  await writeFile(join(folder, "rootcause.yml"), FREE);
  expect(await rootcause(folder, "config", "check")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/✓ store +rootcause-data\n/),
  });
});

test("what does not work is said with what to do, and the rest is tried all the same", async () => {
  const [taken, closed] = [await someServer(), await noServer()];
  const text = [
    "rules: { paths: [broken.yml] }",
    "store: ./notes",
    "ingest: { paths: [none], state: broken.yml/state }",
    `alerts: { webhooks: [{ url: http://${closed} }, { url: https://${taken} }, { url: http://name.invalid }] }`,
    `http: { listen: ${taken} }`,
  ].join("\n");
  const folder = await newFolder();
  await mkdir(join(folder, "notes"));
  await writeFile(join(folder, "notes/a.txt"), "");
  await writeFile(join(folder, "broken.yml"), "title: x\n");
  await writeFile(join(folder, "rootcause.yml"), text);
  const { code, out, err } = await rootcause(folder, "config", "check");
  expect({ code, err }).toEqual({ code: 2, err: "" });
  const lines = out.trimEnd().split("\n");
  const said = [
    /^✓ configuration +rootcause\.yml$/,
    /^✗ rules +1 refused; the first is broken\.yml:1: .*\("rootcause rules check" has all\)$/,
    /^✗ store +notes is a folder with other things in it, not a rootcause store: .*$/,
    /^✗ ingest none +cannot be read \(ENOENT.*\); check the path$/,
    /^✗ ingest\.state +broken\.yml\/state cannot be used \(ENOTDIR.*\); name another folder$/,
    /^✗ webhook .* cannot be reached \(.*ECONNREFUSED.*\); check the address$/,
    /^✗ webhook .* does not speak TLS; is it http:\/\/ and not https:\/\/\?$/,
    /^✗ webhook name\.invalid.* cannot be reached \(.*name\.invalid.*\); check the address$/,
    /^✗ http 127\.0\.0\.1:\d+ +another process listens there; give another address$/,
  ];
  for (const [index, line] of said.entries()) expect(lines[index]).toMatch(line);
  expect(lines).toHaveLength(said.length);
});

test("a ClickHouse that is none, and one that is not there", async () => {
  for (const [address, said] of [
    [
      await someServer(),
      /✗ clickhouse +What answers at .* is not ClickHouse's HTTP interface: check clickhouse\.url\.\n/,
    ],
    [await noServer(), /✗ clickhouse +ClickHouse at .* cannot be reached \(.*ECONNREFUSED.*\): .*\n/],
  ] as const) {
    const { code, out } = await checked(`${FREE}clickhouse: { url: "http://${address}" }\n`);
    expect(out).toMatch(said);
    expect(code).toBe(2);
  }
});

test("a configuration that cannot be read is all there is to say", async () => {
  expect(await checked("kafka: {}\n")).toMatchObject({
    code: 2,
    out: "✗ configuration  rootcause.yml:1: kafka.brokers: is missing\n",
    err: "",
  });
});
