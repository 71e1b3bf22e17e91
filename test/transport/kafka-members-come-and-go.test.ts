import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { kafkaTransport } from "../../transport/kafka.ts";
import type { Batch, Transport } from "../../transport/transport.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { until } from "./reader.ts";

const kafka = await kafkaForTests();

describe.runIf(kafka)("members that come and go", { timeout: 180_000 }, () => {
  const options = { brokers: [kafka ?? ""], clientId: "tests" };

  test("lose no message, whoever handles it and however often", async () => {
    const topic = await newTopic(options, { partitions: 5 });
    const groupId = uniqueName("group");
    const handled = Array.from({ length: 5 }, () => new Set<bigint>());
    const handle = async ({ partition, messages }: Batch, signal: AbortSignal): Promise<undefined> => {
      await sleep(Math.random() * 100, undefined, { signal });
      if (Math.random() < 0.2) throw new Error("by chance");
      for (const { offset } of messages) handled[partition]?.add(offset);
    };
    const open = async (): Promise<Transport> => {
      const transport = await kafkaTransport(options);
      await transport.subscribe({ groupId, topics: [topic], handler: { batch: handle } });
      return transport;
    };

    let isOver = false;
    let sent = 0;
    const source = await kafkaTransport(options);
    const publishing = (async () => {
      const publisher = await source.publisher();
      while (!isOver) {
        const count = 1 + Math.floor(Math.random() * 100);
        await publisher.send(
          topic,
          Array.from({ length: count }, () => ({ key: `${sent++ % 50}`, value: Buffer.alloc(100) })),
        );
        await sleep(20);
      }
    })();
    const members = [await open(), await open()];
    for (let change = 0; change < 8; change++) {
      if (change % 2 === 0) members.push(await open());
      else await members.shift()?.close();
    }
    isOver = true;
    await publishing;
    await until(() => handled.reduce((sum, { size }) => sum + size, 0) === sent);
    await Promise.all([source, ...members].map((transport) => transport.close()));
  });
});
