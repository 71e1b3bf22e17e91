import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { hostAndPort } from "../../model/host-and-port.ts";
import { UserError } from "../../model/user-error.ts";
import type { Metrics } from "./metrics.ts";

export interface WatchServerOptions {
  /** Port 0 takes one that is free. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly metrics: Metrics;
  /** Why this process cannot do its work now, a sentence each; none when it can. */
  readonly unready: () => readonly string[];
  /** Why this process will not recover by itself and should be started again; none while it may. */
  readonly unhealthy: () => readonly string[];
}

export interface WatchServer {
  /** Where it listens: `127.0.0.1:9464`. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` for Prometheus, and `/healthz` and `/readyz`: 200 and `ok`, or 503 and the reasons, a line each.
 * @throws UserError when it cannot listen there
 */
export async function serveWatch(options: WatchServerOptions): Promise<WatchServer> {
  const server = createServer(
    { maxHeaderSize: 8 * 1024, headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 5000 },
    (request, response) => {
      answer(request, response, options).catch(() => response.destroy());
    },
  );
  server.maxConnections = 100;
  const { host, port } = options.listen;
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot serve metrics on ${host}:${port} (${why}): give another address as http.listen.`);
  }
  const bound = server.address();
  const actual = typeof bound === "object" && bound !== null ? bound.port : port;
  return {
    address: hostAndPort(host, actual),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: WatchServerOptions): Promise<void> {
  // What is sent beside the question is not read.
  request.resume();
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, "Only GET and HEAD.\n");
  switch (request.url?.split("?")[0]) {
    case "/metrics":
      response.setHeader("content-type", options.metrics.registry.contentType);
      return end(response, 200, await options.metrics.registry.metrics());
    case "/healthz":
      return endWith(response, options.unhealthy());
    case "/readyz":
      return endWith(response, options.unready());
    default:
      return end(response, 404, "Here are /metrics, /healthz and /readyz.\n");
  }
}

function endWith(response: ServerResponse, reasons: readonly string[]): void {
  const text = reasons.length === 0 ? "ok\n" : reasons.map((reason) => `${reason}\n`).join("");
  end(response, reasons.length === 0 ? 200 : 503, text);
}

function end(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader("content-type")) response.setHeader("content-type", "text/plain; charset=utf-8");
  // By which `rootcause config check` knows whom it meets.
  response.setHeader("server", "rootcause");
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("cache-control", "no-store");
  response.statusCode = status;
  response.end(text);
}
