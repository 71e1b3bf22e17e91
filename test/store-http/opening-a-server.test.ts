import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { UserError } from "../../model/user-error.ts";
import { readDetections, writeDetections } from "../../storage/detections.ts";
import { openStore } from "../../storage/store.ts";
import { Authority } from "../kafka/certificates.ts";
import { collect } from "../storage/collect.ts";
import { sampleDetection } from "../storage/samples.ts";
import { post, type Served, serveNewStore } from "./served.ts";

let folder: string;
let served: Served;
const servers: Server[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootcause-server-"));
  served = await serveNewStore([{ name: "default", password: "sesame", isReadOnly: false }]);
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true });
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function refusal(target: Parameters<typeof openStore>[0]): Promise<string> {
  const error = await openStore(target).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toContain("\n");
  return message;
}

/** The served store behind TLS, with this certificate. */
async function behindTls({ key, cert }: { key: string; cert: string }): Promise<string> {
  const server = createTlsServer({ key, cert }, (socket) => {
    const behind = connect(Number(new URL(served.url).port), "127.0.0.1");
    for (const end of [socket, behind]) end.on("error", () => undefined);
    socket.pipe(behind).pipe(socket);
  });
  return `https://127.0.0.1:${await listening(server)}`;
}

test("a database that is not there is made, with the schema, and stays", async () => {
  const target = { url: served.url, user: "default", password: "sesame", database: "another" };
  for (const _ of ["made", "found"]) await (await openStore(target)).close();
  const tables = await post(served.url, "SELECT count() FROM system.tables WHERE database = 'another'", {
    password: "sesame",
  });
  expect(Number(tables.text)).toBeGreaterThan(7);
});

test("several that open a new database at once all make it", async () => {
  const target = { url: served.url, password: "sesame", database: "at_once" };
  const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(target)));
  for (const store of stores) await store.close();
});

test("what goes to another machine goes compressed, and comes so", async () => {
  const heads: string[] = [];
  const between = createTcpServer((socket) => {
    const behind = connect(Number(new URL(served.url).port), "127.0.0.1");
    for (const end of [socket, behind]) end.on("error", () => undefined).on("data", (data) => heads.push(String(data)));
    socket.pipe(behind).pipe(socket);
  });
  // This machine by a name that does not say so.
  const store = await openStore({ url: `http://0.0.0.0:${await listening(between)}`, password: "sesame" });
  await writeDetections(store, [sampleDetection(1)]);
  expect(await collect(readDetections(store, ["tls_trust_failure"]))).toEqual([sampleDetection(1)]);
  await store.close();
  expect(heads.some((head) => /^POST .*INSERT[\s\S]*content-encoding: zstd/i.test(head))).toBe(true);
  expect(heads.some((head) => /^HTTP\/1\.1 200[\s\S]*content-encoding: zstd/i.test(head))).toBe(true);
});

test("a server that is not there", async () => {
  const server = createTcpServer();
  const port = await listening(server);
  server.close();
  expect(await refusal({ url: `http://127.0.0.1:${port}` })).toBe(
    `ClickHouse at http://127.0.0.1:${port} cannot be reached (connect ECONNREFUSED 127.0.0.1:${port}): is it running, and is clickhouse.url right?`,
  );
  expect(await refusal({ url: "http://no-such-host.invalid:8123" })).toMatch(/cannot be reached \(getaddrinfo /);
});

test("a wrong password, and a user that is not there", async () => {
  expect(await refusal({ url: served.url, password: "wrong" })).toBe(
    `ClickHouse at ${served.url} does not let the user default in: check clickhouse.user and clickhouse.password.`,
  );
  expect(await refusal({ url: served.url, user: "nobody", password: "sesame" })).toMatch(/let the user nobody in/);
});

test("something else that speaks HTTP, and something that does not", async () => {
  const page = await listening(createServer((_, response) => response.end("<html>It works!\nReally.</html>")));
  expect(await refusal({ url: `http://127.0.0.1:${page}` })).toBe(
    `What answers at http://127.0.0.1:${page} is not ClickHouse's HTTP interface: check clickhouse.url.`,
  );
  const missing = await listening(createServer((_, response) => response.writeHead(404).end("Not Found")));
  expect(await refusal({ url: `http://127.0.0.1:${missing}` })).toMatch(/is not ClickHouse's HTTP interface/);
  const mail = await listening(
    createTcpServer((socket) => socket.on("error", () => undefined).end("220 smtp.example\r\n")),
  );
  expect(await refusal({ url: `http://127.0.0.1:${mail}` })).toMatch(/is not ClickHouse's HTTP interface/);
});

test("TLS: a certificate that clickhouse.ca vouches for works; one that is not trusted, another's or expired is named", async () => {
  const authority = await Authority.create(folder, "authority");
  const ca = authority.pem;
  const url = await behindTls(await authority.issue("good"));
  await (await openStore({ url, password: "sesame", ca })).close();
  expect(await refusal({ url, password: "sesame" })).toMatch(
    /^The certificate of https:\S+ is not trusted \(unable to verify the first certificate\b.*\): name its authority's file with clickhouse\.ca, and the server as its certificate does\.$/,
  );
  const other = await behindTls(await authority.issue("other", { san: "IP:127.0.0.2" }));
  expect(await refusal({ url: other, ca })).toMatch(/is not trusted \(Hostname\/IP does not match/);
  const expired = await behindTls(await authority.issue("expired", { days: -1 }));
  expect(await refusal({ url: expired, ca })).toMatch(/^The certificate of https:\S+ has expired: renew it\.$/);
  expect(await refusal({ url: served.url.replace("http:", "https:") })).toMatch(
    /does not speak TLS \(.*\): is it http:\/\/ and not https:\/\/\?$/,
  );
});
