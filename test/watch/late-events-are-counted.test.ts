import { expect, test } from "vitest";
import { CoverageMap } from "../../model/coverage.ts";
import { HOUR, ticksFromUnixMs } from "../../model/ticks.ts";
import { detectMessages } from "../../pipeline/stream/detect-messages.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import { EventRows } from "../../storage/event-rows.ts";
import type { Received } from "../../transport/transport.ts";

const MINUTE = 60_000;
const NOON = Date.parse("2026-03-02T12:00:00Z");

/** A batch of events that happened at these times, ms since 1970, in the order in which they came. */
function detected(times: readonly number[], sources = new CoverageMap(), before?: bigint) {
  const messages = times.map((time, index): Received => {
    const System = {
      Provider: { "#attributes": { Name: "Schannel" } },
      EventID: 36887,
      TimeCreated: { "#attributes": { SystemTime: new Date(time).toISOString() } },
      EventRecordID: index + 1,
      Channel: "System",
      Computer: "EDGE01",
    };
    const value = Buffer.from(JSON.stringify({ Event: { System } }));
    return { topic: "t", partition: 0, offset: BigInt(index), timestamp: undefined, key: "EDGE01", value, headers: {} };
  });
  const { late, newest, coverage, unreadable } = detectMessages(
    messages,
    createMatcher([]),
    { format: undefined, storeEvents: false, lateness: HOUR },
    before,
    sources,
    new EventRows(),
  );
  expect(unreadable).toEqual([]);
  return { late, newest, coverage };
}

test("an event is late when one of its log came before it that was newer by more than the lateness", () => {
  expect(detected([NOON, NOON - 61 * MINUTE, NOON - 59 * MINUTE, NOON + MINUTE])).toMatchObject({
    late: 1,
    newest: ticksFromUnixMs(NOON + MINUTE),
  });
});

test("also when that one was in another batch", () => {
  const sources = new CoverageMap();
  const { newest } = detected([NOON], sources);
  expect(detected([NOON - 61 * MINUTE], sources, newest)).toMatchObject({ late: 1, newest });
});

test("another log may be behind as far as it likes", () => {
  const sources = new CoverageMap();
  sources.add({ computer: "EDGE01", channel: "Security", first: 0n, last: ticksFromUnixMs(NOON) });
  expect(detected([NOON - 61 * MINUTE], sources).late).toBe(0);
});

test("a clock that is years ahead makes no other event late for longer than it is, and brings no log into the future", () => {
  const now = Date.now();
  const { late, newest, coverage } = detected([now + 100_000 * MINUTE, now - 5 * MINUTE]);
  expect(late).toBe(0);
  expect(newest).toBeLessThanOrEqual(ticksFromUnixMs(Date.now()));
  expect(coverage[0]?.last).toBe(newest);
});
