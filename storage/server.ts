import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { z } from "zod";
import { UserError } from "../model/user-error.ts";
import { SETTINGS } from "./client-settings.ts";
import { DATABASE } from "./embedded/open-engine.ts";
import { isLoopback } from "./is-loopback.ts";
import { queryRows } from "./rows.ts";

/** A ClickHouse server, or a process that serves a store (`rootcause store`). */
export interface ClickHouseServer {
  /** `http://host:8123` or `https://host:8443` */
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Made when it is not there; `rootcause` unless given. */
  readonly database?: string | undefined;
  /** PEM: the certificates of the authorities to trust, where the system's do not do. */
  readonly ca?: string | undefined;
}

/**
 * Connects to a server and makes the database when it is not there.
 * @throws UserError when there is no server, it is not ClickHouse, its certificate is not trusted, or it refuses the user.
 */
export async function connect(server: ClickHouseServer): Promise<ClickHouseClient> {
  const { database = DATABASE } = server;
  // A server refuses everything that names a database which is not there.
  const first = clientFor(server, "default");
  try {
    const [answer] = await queryRows(first, "SELECT version() AS version", {}, z.object({ version: z.string() }));
    if (answer === undefined) throw new Error("an empty answer");
    await first.command({
      query: "CREATE DATABASE IF NOT EXISTS {database:Identifier}",
      query_params: { database },
    });
  } catch (error) {
    throw new UserError(whyNot(server, error));
  } finally {
    await first.close();
  }
  return clientFor(server, database);
}

function clientFor({ url, user, password, ca }: ClickHouseServer, database: string): ClickHouseClient {
  return createClient({
    url,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { tls: { ca_cert: Buffer.from(ca) } }),
    database,
    application: "rootcause",
    // Merges may keep a loaded server from answering for a while.
    request_timeout: 120_000,
    // On one machine, packing and unpacking takes more than half as much again as all the rest of an insert.
    ...(isLoopback(new URL(url).hostname) ? {} : { compression: COMPRESSION }),
    clickhouse_settings: SETTINGS,
    // What fails is thrown; there is nothing to say beside that.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

const COMPRESSION = { request: { codec: "zstd", level: 1 }, response: { codec: "zstd" } } as const;

/** That a server does not answer: what is away, such as `ClickHouse at http://host:8123`, and why one thinks so. */
export interface Outage {
  readonly what: string;
  readonly why: string;
}

/** What the error of a statement says of the server, where that is that it does not answer; undefined for any other error. */
export function outageOf({ url }: ClickHouseServer, error: unknown): Outage | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  if (!NO_ANSWER.has(code) && error.message !== TIMEOUT) return undefined;
  return { what: `ClickHouse at ${url}`, why: error.message || code };
}

const NO_ANSWER = new Set(
  "ECONNREFUSED ECONNRESET EPIPE ENOTFOUND EAI_AGAIN ETIMEDOUT EHOSTUNREACH ENETUNREACH".split(" "),
);
/** What the client says of an answer that does not come. */
const TIMEOUT = "Timeout error.";

/** One line for the one who wrote the configuration. */
function whyNot({ url, user = "default" }: ClickHouseServer, error: unknown): string {
  const message = error instanceof Error ? (error.message || error.name).split("\n", 1)[0] : String(error);
  if (error instanceof ClickHouseError)
    return WRONG_USER.has(error.type ?? "")
      ? `ClickHouse at ${url} does not let the user ${user} in: check clickhouse.user and clickhouse.password.`
      : `ClickHouse at ${url} refuses (${message}): check what the user ${user} may do, and clickhouse.database.`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "CERT_HAS_EXPIRED") return `The certificate of ${url} has expired: renew it.`;
  if (/CERT|SIGNATURE|ISSUER/.test(code))
    return `The certificate of ${url} is not trusted (${message}): name its authority's file with clickhouse.ca, and the server as its certificate does.`;
  if (code === "EPROTO") return `${url} does not speak TLS (${message}): is it http:// and not https://?`;
  if (code.startsWith("HPE_")) return notClickHouse(url);
  if (code !== "" || message === TIMEOUT)
    return `ClickHouse at ${url} cannot be reached (${message}): is it running, and is clickhouse.url right?`;
  return notClickHouse(url);
}

function notClickHouse(url: string): string {
  return `What answers at ${url} is not ClickHouse's HTTP interface: check clickhouse.url.`;
}

const WRONG_USER = new Set(["AUTHENTICATION_FAILED", "REQUIRED_PASSWORD", "WRONG_PASSWORD", "UNKNOWN_USER"]);
