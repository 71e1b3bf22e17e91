import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { brokerSockets } from "../../transport/kafka/sockets.ts";

test("a connection that is gone may be let go as often as one likes: nothing piles up", async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const socket = brokerSockets(undefined)({ host: "127.0.0.1", port, ssl: {}, onConnect: () => undefined });
  await once(socket.resume(), "close");
  const before = socket.listenerCount("connect");
  for (let times = 0; times < 20; times++) socket.unref();
  expect(socket.listenerCount("connect")).toBe(before);
  server.close();
});
