import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { kafkaTransport } from "../../transport/kafka.ts";
import type { Message } from "../../transport/transport.ts";
import { RunningProcess } from "../chaos/process.ts";
import { rootcause } from "../cli/run.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { folder } from "./fleet.ts";

const kafka = await kafkaForTests();
const options = { brokers: [kafka ?? ""], clientId: "tests" };

const Letter = z.object({
  source: z.object({ topic: z.string(), partition: z.number(), offset: z.number() }).nullable(),
  errorKind: z.string().nullable(),
  reason: z.string().nullable(),
  key: z.union([z.string(), z.object({ base64: z.string() })]).nullable(),
  headers: z.record(z.string(), z.union([z.string(), z.object({ base64: z.string() })])),
  text: z.string().optional(),
  base64: z.string().optional(),
});

/** As Winlogbeat writes it. */
function event(id: number): Message {
  const winlog = {
    provider_name: "Schannel",
    event_id: "36887",
    channel: "System",
    computer_name: "EDGE01",
    record_id: id,
    event_data: { AlertDesc: "48" },
  };
  const value = { "@timestamp": "2026-03-02T04:10:07.123Z", message: "An alert", winlog };
  return { key: "EDGE01", value: Buffer.from(JSON.stringify(value)), headers: { shipper: "beat" } };
}

describe.runIf(kafka)("dead letters", { timeout: 120_000 }, () => {
  const home = folder();
  const name = uniqueName("dead");
  const deadletter = `${name}.deadletter`;

  function configure(format: string): void {
    const topics = ["detections", "incidents", "deadletter"].map((topic) => `${topic}: ${name}.${topic}`).join(", ");
    writeFileSync(
      join(home, "rootcause.yml"),
      `kafka: { brokers: ["${kafka}"], group: ${name}, partitions: 2, topics: { events: [${name}.events], ${topics} } }
events: { format: ${format} }
http: { listen: "127.0.0.1:0" }
log: { format: json }
`,
    );
  }

  async function send(topic: string, messages: readonly Message[]): Promise<void> {
    const transport = await kafkaTransport(options);
    await (await transport.publisher()).send(topic, messages);
    await transport.close();
  }

  async function listed(): Promise<readonly z.infer<typeof Letter>[]> {
    const { code, out, err } = await rootcause(home, "deadletter", "list", "--format", "jsonl");
    expect(code, err).toBe(0);
    return out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => Letter.parse(JSON.parse(line)));
  }

  async function lettersCome(count: number): Promise<readonly z.infer<typeof Letter>[]> {
    return expect.poll(listed, { timeout: 60_000, interval: 500 }).toHaveLength(count).then(listed);
  }

  /** Runs the stages until so many events are stored and so many letters have been written. */
  async function run(events: number, letters: number): Promise<void> {
    await using run = new RunningProcess(home, "run", "--clickhouse-http", "127.0.0.1:0");
    await run.started(/"metrics":/);
    const store = /"clickhouse":"(http:[^"]+)/.exec(run.said)?.[1] ?? "";
    const stored = async () => {
      const query = encodeURIComponent("SELECT count() FROM events FINAL");
      return Number(await (await fetch(`${store}/?database=rootcause&query=${query}`)).text());
    };
    await expect.poll(stored, { timeout: 60_000, interval: 200 }).toBe(events);
    await lettersCome(letters);
    expect(await run.end("SIGTERM")).toBe(0);
  }

  test("what was wrongly read is listed, and stored after a replay; what cannot be read stays", async () => {
    configure("nxlog");
    expect((await rootcause(home, "setup")).code).toBe(0);
    expect((await rootcause(home, "deadletter", "list")).out).toBe(`${deadletter} holds no dead letters.\n`);
    const bytes = Buffer.from([0xff, 0x00, 0x41]);
    const poison = { key: bytes, value: Buffer.from("\u001b[31mno JSON"), headers: { raw: bytes } };
    await send(`${name}.events`, [event(1), poison, event(2), event(3)]);
    await run(0, 4);
    const before = await listed();
    expect(before.map(({ text }) => text).toSorted()).toEqual(
      [event(1), poison, event(2), event(3)].map(({ value }) => String(value)).toSorted(),
    );
    expect(before.filter(({ headers }) => headers.shipper === "beat").length).toBe(3);
    expect(new Set(before.map(({ source }) => source?.topic))).toEqual(new Set([`${name}.events`]));

    // The same letter again, one that names a topic of its own choice, and bytes that nobody knows.
    const told = { "rootcause-reason": "x", "rootcause-partition": "0", "rootcause-offset": "0" };
    const repeated = before.find(({ key }) => key === "EDGE01")!;
    const again = {
      "rootcause-topic": `${name}.events`,
      "rootcause-partition": String(repeated.source?.partition),
      "rootcause-offset": String(repeated.source?.offset),
    };
    await send(deadletter, [
      { key: undefined, value: Buffer.from(repeated.text ?? ""), headers: again },
      { key: "evil", value: Buffer.from("e"), headers: { ...told, "rootcause-topic": "evil\u001b" } },
      { key: undefined, value: Buffer.from([0xff, 0x00]) },
    ]);
    const { out } = await rootcause(home, "deadletter", "list");
    expect(out).toContain(`${deadletter}: 6 letters, and 1 of them again\n`);
    expect(out).toContain("\\u001b[31mno JSON");
    expect(out).not.toContain("\u001b[31mno");
    expect(await listed()).toContainEqual(expect.objectContaining({ source: null, base64: "/wA=" }));

    configure("winlogbeat");
    const replayed = await rootcause(home, "deadletter", "replay");
    expect(replayed.out).toContain(`Replayed 5 letters to ${name}.events.\n`);
    expect(replayed.out).toContain("Not sent, and kept: 1 letter: it names the topic evil\\u001b, which is none of");
    expect(replayed.out).toContain("Not sent, and kept: 1 letter: it does not say where it came from.\n");
    expect(replayed.code).toBe(0);
    await run(3, 3);
    const after = await listed();
    const base64 = bytes.toString("base64");
    expect(after.find(({ text }) => text === String(poison.value))).toMatchObject({
      errorKind: "malformed",
      key: { base64 },
      headers: { raw: { base64 }, "rootcause-replayed": "1" },
    });
  });
});

test.each(["list", "replay"])(
  "deadletter %s: without Kafka, or with none that answers, that is one line",
  async (word) => {
    const home = folder();
    for (const [config, line] of [
      ["", /^rootcause: The configuration has no kafka section: .*\n$/],
      ['kafka: { brokers: ["127.0.0.1:1"] }\n', /^rootcause: Kafka 127\.0\.0\.1:1: nobody answers there.*\n$/],
    ] as const) {
      writeFileSync(join(home, "rootcause.yml"), config);
      const { code, out, err } = await rootcause(home, "deadletter", word);
      expect(err).toMatch(line);
      expect([code, out]).toEqual([2, ""]);
    }
  },
);
