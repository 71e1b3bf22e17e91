import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { hostAndPort } from "../../model/host-and-port.ts";
import { UserError } from "../../model/user-error.ts";
import type { Engine } from "../embedded/engine.ts";
import { DATABASE } from "../embedded/open-engine.ts";
import { isLoopback } from "../is-loopback.ts";
import type { EmbeddedStore } from "../store.ts";
import { publishAddress } from "../store-folder.ts";
import { answerQuery } from "./answer-query.ts";
import { Exception } from "./exception.ts";
import { parametersOf } from "./parameters.ts";
import { sendError } from "./respond.ts";
import { authenticate, type User } from "./users.ts";

export interface ServeOptions {
  readonly store: EmbeddedStore;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** At least one. Without passwords the host must be this machine's own (127.0.0.1, ::1, localhost). */
  readonly users: readonly User[];
}

/** A store that others can reach. */
export interface ServedStore {
  /** `http://127.0.0.1:8123` */
  readonly url: string;
  /** Takes no new requests and lets those under way finish, for up to seven seconds; then they are cancelled. The store stays open. */
  close(): Promise<void>;
}

/** How many requests may be under way at a time. */
const MOST_AT_A_TIME = 100;
/** How long a stop waits for what is under way until that is cancelled, and then until its connections are cut, ms. */
const PATIENCE = { finish: 7_000, cancel: 1_000 };
/** A URL may carry a statement, and the values of its parameters. */
const MOST_OF_A_HEADER = 1 << 20;

/** @throws UserError when the store would be open to others without a password. */
export function refuseOpenDoor(host: string, users: readonly User[]): void {
  if (!isLoopback(host) && users.some(({ password }) => password === undefined))
    throw new UserError(
      `Without a password the store is served to this machine only, and ${host} is open to others: set ROOTCAUSE_STORE_PASSWORD, or listen on 127.0.0.1.`,
    );
}

/**
 * To be asked before a store is made: who has mistaken the address is left no new folder.
 * @throws UserError when the address cannot be had.
 */
export async function refuseTakenAddress(host: string, port: number): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  await closeServer(server);
}

/**
 * Answers ClickHouse's HTTP interface over an embedded store (docs/store.md).
 * @throws UserError when the address cannot be had, or would be open to others without a password.
 */
export async function serveStore({ store, host, port, users }: ServeOptions): Promise<ServedStore> {
  refuseOpenDoor(host, users);
  const { bytes } = await store.engine.run({ sql: "SELECT timezone()" });
  const timezone = Buffer.from(bytes).toString().trim();
  let underWay = 0;
  const server = createServer({ maxHeaderSize: MOST_OF_A_HEADER, keepAliveTimeout: 30_000 }, (request, response) => {
    response.setHeader("X-ClickHouse-Server-Display-Name", hostname());
    response.setHeader("X-ClickHouse-Timezone", timezone);
    // Or a browser might take rows for a script.
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.on("error", () => undefined);
    if (underWay >= MOST_AT_A_TIME)
      return sendError(
        response,
        new Exception("TOO_MANY_SIMULTANEOUS_QUERIES", `Maximum: ${MOST_AT_A_TIME} requests at a time`),
      );
    underWay++;
    answer(store.engine, users, request, response)
      .catch((error: unknown) => {
        // What is left of the body goes nowhere, so that the answer is heard.
        request.unpipe().removeAllListeners("readable").resume();
        sendError(response, error);
      })
      .finally(() => underWay--);
    // After a stop, a connection whose request has been answered would wait for the next one.
    response.on("close", () => setImmediate(() => server.listening || server.closeIdleConnections()));
  });
  const url = await listen(server, host, port);
  // Who listens everywhere is met here by those on this machine, as whoever opens the folder is.
  const near = url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
  const published = await publishAddress(store.folder, near);
  return {
    url,
    close: async () => {
      await closeServer(server, () => store.engine.cancel());
      await published[Symbol.asyncDispose]();
    },
  };
}

async function answer(
  engine: Engine,
  users: readonly User[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url = "" } = request;
  const [path = "", search = ""] = split(url);
  const isReading = method === "GET" || method === "HEAD";
  if (isReading && (path === "/ping" || (path === "/" && search === ""))) return sendText(response, 200, "Ok.\n");
  if (path !== "/" && path !== "/query")
    return sendText(response, 404, `There is no handle ${path}\n\nUse / or /ping for health checks.\n`);
  if (!isReading && method !== "POST")
    return sendText(response, 405, `There is no ${method} here: use GET, HEAD or POST.\n`);
  const parameters = new URLSearchParams(search);
  const user = authenticate(request, parameters, users);
  const asked = parametersOf(parameters, request.headers, user, isReading, DATABASE);
  response.setHeader("X-ClickHouse-Query-Id", asked.queryId ?? randomUUID());
  await answerQuery(engine, asked, request, response);
}

function split(url: string): [path: string, search: string] {
  const at = url.indexOf("?");
  return at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=UTF-8" }).end(text);
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot listen on ${host}:${port} (${why}): choose another address with --listen.`);
  }
  const { port: actual } = server.address() as AddressInfo;
  return `http://${hostAndPort(host, actual)}`;
}

async function closeServer(server: Server, cancel = async () => {}): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const timers = [
    setTimeout(() => cancel().catch(() => undefined), PATIENCE.finish),
    setTimeout(() => server.closeAllConnections(), PATIENCE.finish + PATIENCE.cancel),
  ];
  await closed;
  for (const timer of timers) clearTimeout(timer);
}
