import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { followEvents } from "../../pipeline/ingest-follow.ts";
import { LiveWriter } from "../follow/live-writer.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";
import { type TestTopic, testTopic, until } from "./topic.ts";

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const Line = z.object({ Event: z.object({ System: z.object({ EventRecordID: z.number() }) }) });

/** The record numbers that have come, in the order in which they did. */
function numbers({ received }: TestTopic): readonly number[] {
  return received.map(({ value }) => Line.parse(JSON.parse(value.toString("utf8"))).Event.System.EventRecordID);
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** Follows the folder until `end` is called. */
function following(topic: TestTopic) {
  const stop = new AbortController();
  const damage: string[] = [];
  const totals = followEvents([folder.path], topic.publisher, topic.name, {
    state: folder.file("state"),
    interval: 5,
    signal: stop.signal,
    onDamage: (files) => damage.push(...files.flatMap(({ places }) => places.map(({ reason }) => reason))),
  });
  return {
    damage,
    end: async () => {
      stop.abort();
      return await totals;
    },
  };
}

function bookmarked(): number {
  try {
    const text = readFileSync(folder.file("state/follow.json"), "utf8");
    return Math.max(0, ...Array.from(text.matchAll(/"recordId": "(\d+)"/g), ([, id]) => Number(id)));
  } catch {
    return 0;
  }
}

test("what is written to a log is published once and in order, also when the log is put aside, and after a restart", async () => {
  await using topic = await testTopic();
  const writer = new LiveWriter(folder.file("System.evtx"), "EDGE01");
  writer.append(150);
  const first = following(topic);
  await until(() => bookmarked() === 150);
  writer.append(40);
  writer.archive(folder.file("Archive-System.evtx"));
  writer.append(30);
  await until(() => bookmarked() === 220);
  expect(await first.end()).toMatchObject({ published: 220, unreadable: 0 });
  writer.append(20);
  const second = following(topic);
  await until(() => bookmarked() === 240);
  expect(await second.end()).toMatchObject({ published: 20 });
  writer.close();
  expect(numbers(topic)).toEqual(upTo(240));
  expect(new Set(topic.received.map(({ key }) => key))).toEqual(new Set(["EDGE01"]));
});

test("the bookmark waits until everything before it has been acknowledged", async () => {
  const acknowledged = Promise.withResolvers<void>();
  let hasCome = false;
  await using topic = await testTopic(async () => {
    hasCome = true;
    await acknowledged.promise;
  });
  const writer = new LiveWriter(folder.file("System.evtx"), "EDGE01");
  writer.append(50);
  writer.writeHeaders();
  const follower = following(topic);
  await until(() => hasCome);
  expect(bookmarked()).toBe(0);
  acknowledged.resolve();
  await until(() => bookmarked() === 50);
  await follower.end();
  writer.close();
});

test("what a log that was cut off lacks is told while it is followed, once, and not of one that still grows", async () => {
  await using topic = await testTopic();
  const writer = new LiveWriter(folder.file("whole"), "EDGE01");
  writer.append(500);
  writer.writeHeaders();
  const whole = readFileSync(folder.file("whole"));
  const cut = 4_096 + 65_536 + 20_000;
  writeFileSync(folder.file("a.evtx"), whole.subarray(0, cut));
  const run = following(topic);
  await until(() => run.damage.length > 0);
  const told = run.damage.length;
  await sleep(50);
  expect(run.damage).toHaveLength(told);
  expect(run.damage.join()).toMatch(/missing|ends|counts/);
  writeFileSync(folder.file("a.evtx"), whole);
  await until(() => numbers(topic).length === 500);
  await sleep(50);
  expect(run.damage).toHaveLength(told);
  await run.end();
  expect(numbers(topic)).toEqual(upTo(500));
});

test("mistakes are told: a file of JSON, a path that is not there, a bookmark that is none", async () => {
  await using topic = await testTopic();
  const options = {
    state: folder.file("state"),
    interval: 5,
    signal: new AbortController().signal,
    onDamage: () => undefined,
  };
  const follow = (path: string) => followEvents([path], topic.publisher, topic.name, options);
  writeFileSync(folder.file("a.json"), "{}");
  await expect(follow(folder.file("a.json"))).rejects.toThrow("only EVTX logs are followed");
  await expect(follow(folder.file("none"))).rejects.toThrow("there is no such file or folder");
  await expect(
    followEvents([folder.path], topic.publisher, topic.name, { ...options, state: folder.file("a.json") }),
  ).rejects.toThrow("name another with --state");
  writeFileSync(folder.file("follow.json"), "{}");
  await expect(
    followEvents([folder.path], topic.publisher, topic.name, { ...options, state: folder.path }),
  ).rejects.toThrow("is no bookmark of this version");
});
