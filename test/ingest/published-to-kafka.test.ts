import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ticksFromUnixMs } from "../../model/ticks.ts";
import type { EventToWrite } from "../../simulator/evtx-writer/event-to-write.ts";
import { writeEvtx } from "../../simulator/evtx-writer/write-evtx.ts";
import { kafkaTransport } from "../../transport/kafka.ts";
import type { Received } from "../../transport/transport.ts";
import { emptyFolder } from "../cli/run.ts";
import { LiveWriter } from "../follow/live-writer.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { until } from "./topic.ts";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");
const kafka = await kafkaForTests();
const options = { brokers: [kafka ?? ""], clientId: "tests" };

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

const Id = z.object({ Event: z.object({ System: z.object({ EventRecordID: z.number() }) }) });

function recordId({ value }: Received): number {
  return Id.parse(JSON.parse(value.toString("utf8"))).Event.System.EventRecordID;
}

describe.runIf(kafka)("rootcause ingest", { timeout: 120_000 }, () => {
  let folder: string;
  let topic: string;
  beforeEach(async () => {
    folder = await emptyFolder();
    topic = await newTopic(options);
    await writeFile(
      join(folder, "rootcause.yml"),
      `kafka: { brokers: ["${kafka}"], topics: { events: [${topic}] } }\n`,
    );
  });

  function ingest(...words: readonly string[]) {
    const child = spawn(process.execPath, [MAIN, "ingest", ...words], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    children.push(child);
    return { child, said: said(child.stdout, child.stderr), code: once(child, "exit").then(([code]) => Number(code)) };
  }

  /** All that the topic has when as many messages have come as are waited for. */
  async function received(isEnough: (messages: readonly Received[]) => boolean): Promise<readonly Received[]> {
    const transport = await kafkaTransport(options);
    const messages: Received[] = [];
    try {
      await transport.subscribe({
        groupId: uniqueName("reader"),
        topics: [topic],
        handler: { batch: async (batch) => void messages.push(...batch.messages) },
      });
      await until(() => isEnough(messages));
    } finally {
      await transport.close();
    }
    return messages;
  }

  async function bookmarked(): Promise<number> {
    const state = await readFile(join(folder, "rootcause-state/follow.json"), "utf8").catch(() => "");
    return Math.max(0, ...Array.from(state.matchAll(/"recordId": "(\d+)"/g), ([, id]) => Number(id)));
  }

  test("files: all is published, a computer's events in their order; what is too large for the topic is named", async () => {
    for (const computer of ["EDGE01", "FE01"])
      writeEvtx(
        join(folder, `${computer}.evtx`),
        Array.from({ length: 1_500 }, (_, index) => event(computer, index + 1)),
      );
    const large = { winlog: { provider_name: "P", event_id: 1 }, message: randomBytes(1_500_000).toString("base64") };
    await writeFile(join(folder, "more.jsonl.gz"), gzipSync(`{"n":1}\n${JSON.stringify(large)}\n{"n":2}\n`));
    const { said, code } = ingest("EDGE01.evtx", "FE01.evtx", "more.jsonl.gz");
    expect(await said).toMatch(
      /^Published 3,002 messages to topic-\S+, 2 of them as they stand, for no event could be read in them; 1 record could not be read and is left out\.\nmore\.jsonl\.gz: 3 times not readable\n/,
    );
    expect(await said).toMatch(/ {2}at line 2, byte 8: a message of 2,\d+,\d+ bytes is too large for the topic topic-/);
    expect(await code).toBe(4);
    const messages = await received((messages) => messages.length >= 3_002);
    for (const computer of ["EDGE01", "FE01"])
      expect(messages.filter(({ key }) => key === computer).map(recordId)).toEqual(
        Array.from({ length: 1_500 }, (_, index) => index + 1),
      );
    const others = messages.filter(({ key }) => key === undefined).map(({ value }) => value.toString("utf8"));
    expect(others.sort()).toEqual(['{"n":1}', '{"n":2}']);
  });

  test("standard input: JSON lines from another program, until it ends or Ctrl-C", async () => {
    const { child, said, code } = ingest();
    child.stdin.write('{"n":1}\n{"n":');
    await received((messages) => messages.length === 1);
    child.kill("SIGINT");
    expect(await code).toBe(130);
    expect(await said).toContain("Stopped before the end: Published 1 message to ");
    const again = ingest("-");
    again.child.stdin.end('{"n":2}\n');
    expect(await again.code).toBe(4);
    expect(
      (await received((messages) => messages.length === 2)).map(({ value }) => value.toString("utf8")).sort(),
    ).toEqual(['{"n":1}', '{"n":2}']);
  });

  test("--follow, killed and started again: every record is in the topic; Ctrl-C ends it cleanly", async () => {
    const writer = new LiveWriter(join(folder, "System.evtx"), "EDGE01");
    const words = ["System.evtx", "--follow", "--interval", "0.05"];
    for (let round = 0; round < 2; round++) {
      const { child, code } = ingest(...words);
      writer.append(200);
      const last = writer.nextId - 1;
      await until(async () => (await bookmarked()) === last);
      // In the middle of these, or before it has seen them.
      writer.append(100);
      child.kill("SIGKILL");
      await code;
    }
    const { child, said, code } = ingest(...words);
    await until(async () => (await bookmarked()) === writer.nextId - 1);
    child.kill("SIGTERM");
    expect(await code).toBe(0);
    expect(await said).toMatch(
      /^Stopped\. Published [\d,]+ events? to topic-\S+; the next --follow goes on from here\.\n$/,
    );
    const last = writer.nextId - 1;
    const messages = await received((messages) => new Set(messages.map(recordId)).size === last);
    expect(new Set(messages.map(recordId))).toEqual(new Set(Array.from({ length: last }, (_, index) => index + 1)));
    writer.close();
  });
});

function event(computer: string, recordId: number): EventToWrite {
  return {
    provider: { name: "Test" },
    eventId: 7,
    level: 4,
    task: 0,
    keywords: 0x80_0000_0000_0000n,
    time: ticksFromUnixMs(1_772_424_607_000 + recordId),
    recordId: BigInt(recordId),
    channel: "System",
    computer,
    data: { kind: "unnamed", strings: ["x".repeat(300)] },
  };
}

async function said(out: Readable, err: Readable): Promise<string> {
  const [printed, told] = await Promise.all([text(out), text(err)]);
  return printed + told;
}
