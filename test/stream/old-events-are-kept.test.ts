import { writeFileSync } from "node:fs";
import { join } from "node:path";
import kafkajs from "kafkajs";
import { describe, expect, test } from "vitest";
import { readTopic } from "../../transport/kafka.ts";
import { rootcause } from "../cli/run.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { folder } from "./fleet.ts";

const kafka = await kafkaForTests();

describe.runIf(kafka)("setup", { timeout: 60_000 }, () => {
  test("makes topics that take a shipper's events whatever their time, and keep them from now on", async () => {
    const home = folder();
    const name = uniqueName("setup");
    const others = ["detections", "incidents", "deadletter"].map((topic) => `${topic}: ${name}.${topic}`).join(", ");
    writeFileSync(
      join(home, "rootcause.yml"),
      `kafka: { brokers: ["${kafka}"], partitions: 1, topics: { events: [${name}], ${others} } }\n`,
    );
    const first = await rootcause(home, "setup");
    expect(first.out).toContain(`topic ${name}: created\n`);
    expect((await rootcause(home, "setup")).out).toBe(first.out.replaceAll("created", "exists"));
    const options = { brokers: [kafka ?? ""], clientId: "tests" };
    const producer = new kafkajs.Kafka({ ...options, logLevel: kafkajs.logLevel.NOTHING }).producer();
    await producer.connect();
    const began = Date.now();
    for (const time of [Date.parse("2011-01-01T00:00:00Z"), began + 30 * 86_400_000])
      await producer.send({ topic: name, messages: [{ value: "an event", timestamp: String(time) }] });
    await producer.disconnect();
    const found = await Array.fromAsync(readTopic(options, name));
    expect(found.length).toBe(2);
    for (const { timestamp = 0 } of found) expect(Math.abs(timestamp - began)).toBeLessThan(86_400_000);
  });
});
