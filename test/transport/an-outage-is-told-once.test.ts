import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Outage } from "../../transport/kafka/outage.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function outageAndLines(): { outage: Outage; told: string[] } {
  const told: string[] = [];
  const outage = new Outage("Kafka", (level, text) => {
    if (level !== "debug") told.push(text);
  });
  return { outage, told };
}

const GONE = "Kafka cannot be reached, trying again until it can: refused";

test("what works again within a second is none", () => {
  const { outage, told } = outageAndLines();
  const reach = outage.reach();
  for (let n = 0; n < 5; n++) {
    reach.fails("refused");
    vi.advanceTimersByTime(900);
    reach.fails("refused");
    reach.works();
  }
  expect([outage.reason, told]).toEqual([undefined, []]);
});

test("it begins once, and is over once everyone who asks has been answered", () => {
  const { outage, told } = outageAndLines();
  const [one, other, third] = [outage.reach(), outage.reach(), outage.reach()];
  for (let n = 0; n < 5; n++) {
    for (const reach of [one, other, third]) reach.fails("refused");
    vi.advanceTimersByTime(500);
  }
  one.works();
  expect([outage.reason, told]).toEqual([GONE, [GONE]]);
  third.ends();
  other.works();
  expect([outage.reason, told]).toEqual([undefined, [GONE, "Kafka is reached again"]]);
});

test("a failure that is heard of late is of the outage that is over", () => {
  const { outage, told } = outageAndLines();
  const [one, late] = [outage.reach(), outage.reach()];
  late.fails("refused");
  for (let n = 0; n < 5; n++) {
    one.fails("refused");
    vi.advanceTimersByTime(500);
  }
  one.works();
  vi.advanceTimersByTime(500);
  late.fails("refused");
  expect([outage.reason, told]).toEqual([undefined, [GONE, "Kafka is reached again"]]);
  vi.advanceTimersByTime(500);
  late.fails("refused");
  expect(outage.reason).toBe(GONE);
});

test("a request without an answer tells of the time since it was sent, unless another was answered since", () => {
  const { outage, told } = outageAndLines();
  const reach = outage.reach();
  const sent = Date.now();
  vi.advanceTimersByTime(29_900);
  reach.works();
  vi.advanceTimersByTime(100);
  reach.fails("no answer", sent);
  expect(told).toEqual([]);
  reach.works();
  const again = Date.now();
  vi.advanceTimersByTime(30_000);
  reach.fails("no answer", again);
  expect(told).toEqual(["Kafka cannot be reached, trying again until it can: no answer"]);
});
