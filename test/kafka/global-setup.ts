/**
 * vitest's global setup: waits at an address for tests that want a broker and starts the one that all of them share when the first one asks, so
 * that a run without Kafka tests starts none.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { type Broker, startBroker } from "./broker.ts";

declare module "vitest" {
  export interface ProvidedContext {
    kafkaStarter: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let broker: Promise<Broker> | undefined;
  const server = createServer((_, response) => {
    broker ??= startBroker();
    broker.then(
      ({ brokers }) => response.end(brokers),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  project.provide("kafkaStarter", `http://127.0.0.1:${address.port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    await (await broker)?.[Symbol.asyncDispose]();
  };
}
