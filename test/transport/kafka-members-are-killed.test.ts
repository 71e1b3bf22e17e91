import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { kafkaTransport } from "../../transport/kafka.ts";
import type { Transport } from "../../transport/transport.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { Reader, until } from "./reader.ts";

const kafka = await kafkaForTests();

describe.runIf(kafka)("a member that is killed", { timeout: 120_000 }, () => {
  const options = { brokers: [kafka ?? ""], clientId: "tests" };
  let transport: Transport;
  let topic: string;
  let group: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    [transport, topic, group] = [await kafkaTransport(options), await newTopic(options), uniqueName("group")];
  });
  afterEach(async () => {
    for (const child of children) child.kill("SIGKILL");
    await transport.close();
  });

  /** Starts a member and resolves with what it says, and goes on saying, when it has joined. */
  async function startChild(): Promise<{ kill: () => void; lines: string[] }> {
    const child = spawn(process.execPath, [join(import.meta.dirname, "child.ts"), kafka ?? "", group, topic], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const lines: string[] = [];
    createInterface(child.stdout).on("line", (line) => lines.push(line));
    await until(() => lines.includes("joined"));
    return { kill: () => child.kill("SIGKILL"), lines: lines };
  }

  test("in the middle of batches leaves them to others", async () => {
    const publisher = await transport.publisher();
    const send = (from: number, count: number) =>
      publisher.send(
        topic,
        Array.from({ length: count }, (_, index) => ({ key: `${index % 30}`, value: Buffer.from(`${from + index}`) })),
      );
    await send(0, 300);
    const child = await startChild();
    await until(() => child.lines.filter((line) => line === "batch").length === 3);
    await send(300, 700);
    child.kill();
    // The broker gives the killed one up after a while; until then nothing comes.
    const reader = await new Reader().join(transport, group, topic);
    await until(() => reader.partitions.size === 3);
    await reader.has(1000);
    expect(reader.numbers()).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });
});
