import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogConfig } from "../../cli/config.ts";
import { createLog } from "../../cli/log.ts";

type Log = ReturnType<typeof createLog>;

async function logged(format: LogConfig["format"], say: (log: Log) => void, isTTY = false): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY });
  say(createLog({ level: "info", format }, stream));
  return text(stream.end());
}

const failure = (log: Log) =>
  log.warn({ stage: "detect", tries: 3, err: new Error("no route\nto host") }, "cannot go on");

test("JSON lines carry time, level, message, what belongs to it and the error", async () => {
  expect(JSON.parse(await logged("json", failure))).toMatchObject({
    level: "warn",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    pid: process.pid,
    msg: "cannot go on",
    stage: "detect",
    tries: 3,
    err: { type: "Error", message: "no route\nto host", stack: expect.any(String) },
  });
});

test("a person gets one line", async () => {
  expect(await logged("pretty", failure)).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d WARN {2}cannot go on: no route\\u000ato host {2}stage=detect {2}tries=3\n$/,
  );
});

test("auto is for a person where the stream is a terminal", async () => {
  expect(await logged("auto", failure)).toMatch(/^\{/);
  expect(await logged("auto", failure, true)).toMatch(/^\d{4}/);
});

test("a line whose names are used otherwise is still said", async () => {
  expect(await logged("pretty", (log) => log.info({ err: "no error", time: 7 }, "odd"))).toContain("no error");
});

test("what is below the level is not said", async () => {
  expect(await logged("json", (log) => log.debug("details"))).toBe("");
});

test("no text breaks a line or commands the terminal, wherever it stands", async () => {
  const hostile = fc.string({ unit: "binary" });
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (message, key, value) => {
      const say = (log: Log) =>
        log.error({ [`x${key}`]: value, deep: { [key]: [value] }, err: new Error(value) }, message);
      for (const format of ["json", "pretty"] as const) {
        const out = await logged(format, say);
        expect(out.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(out.at(-1)).toBe("\n");
      }
    }),
    { numRuns: 100 },
  );
});
