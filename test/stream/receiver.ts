import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll } from "vitest";
import { z } from "zod";

/** An alert as it arrived. */
export interface Arrived {
  readonly key: string;
  readonly authorization: string | undefined;
  readonly id: string;
  readonly incident: { readonly id: string; readonly kind: string; readonly state?: string | undefined };
}

const Body = z.object({
  kind: z.literal("alert"),
  id: z.string(),
  incident: z.object({ id: z.string(), kind: z.string(), state: z.string().optional() }),
});

const servers: { close(): void }[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A receiver of alerts; `answer` gives the status for each. What it answered with success stands in `accepted`. */
export async function receiver(answer: (arrived: Arrived) => number = () => 204) {
  const accepted: Arrived[] = [];
  const refused: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const { id, incident } = Body.parse(await json(request));
    const { "idempotency-key": key, authorization } = request.headers;
    const arrived = { key: String(key), authorization, id, incident };
    response.statusCode = answer(arrived);
    (response.statusCode < 300 ? accepted : refused).push(arrived);
    response.end();
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}/alerts`, accepted, refused };
}
