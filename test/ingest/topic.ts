import { memoryTransport } from "../../transport/memory.ts";
import type { Publisher, Received } from "../../transport/transport.ts";

/** A topic of one partition in this process, and what has come to it. */
export interface TestTopic extends AsyncDisposable {
  readonly name: string;
  readonly publisher: Publisher;
  readonly received: readonly Received[];
}

/** @param onBatch called with each batch that comes; what is sent is acknowledged when it resolves */
export async function testTopic(
  onBatch: (messages: readonly Received[]) => Promise<void> | void = () => undefined,
): Promise<TestTopic> {
  const transport = memoryTransport({ partitions: 1 });
  const received: Received[] = [];
  const name = "events";
  await transport.subscribe({
    groupId: "test",
    topics: [name],
    handler: {
      batch: async ({ messages }) => {
        await onBatch(messages);
        received.push(...messages);
      },
    },
  });
  return {
    name,
    publisher: await transport.publisher(),
    received,
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

/** Waits until something has come true. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 9_000; tries++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`this did not come true: ${isTrue}`);
}
