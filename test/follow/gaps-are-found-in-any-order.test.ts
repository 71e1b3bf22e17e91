import fc from "fast-check";
import { expect, test } from "vitest";
import { detectionId } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { gapsTouching } from "../../model/log-gap.ts";
import { RecordSpans } from "../../model/record-spans.ts";
import { DAY, HOUR, MINUTE, SECOND, type Ticks, ticksFromUnixMs } from "../../model/ticks.ts";
import { findLogGaps } from "../../pipeline/log-gaps.ts";
import { sampleIncident } from "../storage/samples.ts";

const START = ticksFromUnixMs(1_772_424_607_000);

interface Rec {
  readonly id: bigint;
  readonly time: Ticks;
}

/** Records of one log, a minute apart, numbered from 1 on, but those left out. */
function log(count: number, without: (id: number) => boolean = () => false): readonly Rec[] {
  return Array.from({ length: count }, (_, index) => index + 1)
    .filter((id) => !without(id))
    .map((id) => ({ id: BigInt(id), time: START + BigInt(id) * MINUTE }));
}

/** What the records, read in these pieces by as many readers, come to. */
function gapsOf(...pieces: readonly (readonly Rec[])[]) {
  const all = new RecordSpans();
  for (const piece of pieces) {
    const reader = new RecordSpans();
    for (const { id, time } of piece) reader.addRecord("EDGE01", "System", id, time);
    for (const { spans } of reader.logs()) for (const span of spans) all.add(span);
    for (const step of reader.steps()) all.addStep(step);
  }
  return findLogGaps(all, []);
}

test("a jump is a gap between the records around it, with the number of those that are missing", () => {
  const gaps = gapsOf(log(500, (id) => id > 100 && id <= 440));
  expect(gaps).toMatchObject([
    { kind: "missing", from: START + 100n * MINUTE, to: START + 441n * MINUTE, missing: 340n, recordId: 441n },
  ]);
});

test("a log that has wrapped round begins later and has no gap, whatever chunk is read first", () => {
  const whole = log(300).slice(120);
  expect(gapsOf(whole.slice(100), whole.slice(0, 100))).toEqual([]);
});

test("a log that jumps everywhere is a selection, which is one gap and not hundreds", () => {
  const gaps = gapsOf(log(1000, (id) => id % 5 !== 0));
  expect(gaps).toMatchObject([{ kind: "selected", missing: 796n, recordId: 5n }]);
});

test("the clock going back is told when the records stay behind; a boot that writes late what happened before it is none", () => {
  const back = (held: number) =>
    log(200).map(({ id, time }) => ({ id, time: id >= 100n && id < 100n + BigInt(held) ? time - 2n * DAY : time }));
  expect(gapsOf(back(9))).toEqual([]);
  expect(gapsOf(back(40))).toMatchObject([
    { kind: "clock", recordId: 100n, from: START + 100n * MINUTE - 2n * DAY, to: START + 99n * MINUTE },
  ]);
  expect(gapsOf(log(200).map(({ id, time }) => ({ id, time: id < 100n ? time : time - 9n * MINUTE })))).toEqual([]);
});

test("the order and the pieces in which records are read do not matter, nor that some are read again", () => {
  const times = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 80 });
  const story = fc.record({ times, missing: fc.uniqueArray(fc.nat(79), { maxLength: 6 }) }).map(({ times, missing }) =>
    times
      .map((jitter, index) => ({ id: BigInt(index + 1), time: START + BigInt(jitter < -60 ? jitter : index) * MINUTE }))
      .map((record, index) => (index > times.length / 2 ? { ...record, time: record.time - HOUR } : record))
      .filter((_, index) => !missing.includes(index)),
  );
  fc.assert(
    fc.property(
      story,
      fc.array(fc.tuple(fc.nat(79), fc.nat(79)), { maxLength: 6 }),
      fc.nat(),
      (records, cuts, seed) => {
        const again = cuts.map(([from, length]) => records.slice(from, from + length));
        const middle = Math.floor(records.length / 2);
        const pieces = [records.slice(middle), ...again, records.slice(0, middle)];
        const turned = pieces.map((_, index) => pieces[(index + seed) % pieces.length] ?? []);
        expect(gapsOf(...turned)).toEqual(gapsOf(records));
      },
    ),
    { numRuns: 1000 },
  );
});

test("a hostile log fills no memory: the largest jumps stay, the others are let go", () => {
  const seen = new RecordSpans();
  for (let id = 1n; id < 20_000n; id += 2n) seen.addRecord("E", "C", id, START + id * SECOND);
  seen.addRecord("E", "C", 90_000n, START + 90_000n * SECOND);
  const [only] = [...seen.logs()];
  expect(only?.spans.length).toBeLessThanOrEqual(2_001);
  expect(only?.spans.at(-1)?.firstId).toBe(90_000n);
  expect((only?.spans.length ?? 0) + (only?.forgotten ?? 0)).toBe(10_001);
});

function mark(fields: Readonly<Record<string, string>>, channel: string, time: Ticks) {
  const event = { computer: "EDGE01", channel, provider: "P", eventId: 104, recordId: 7n, time };
  const rule = { id: "r", name: "r", title: "r", level: "low" } as const;
  return { id: detectionId(rule.id, event), rule, event, fields };
}

test("a cleared log is a gap from the last record known of it; a provider that suspends its logging makes one of minutes", () => {
  const seen = new RecordSpans();
  for (const { id, time } of log(50)) seen.addRecord("EDGE01", "Application", id, time);
  const cleared = mark({ LogGap: "cleared", ClearedChannel: "Application" }, "System", START + 5n * HOUR);
  const unseen = mark({ LogGap: "cleared" }, "Security", START + 6n * HOUR);
  const suspended = mark({ LogGap: "suspended", Minutes: "15" }, "Application", START + 7n * HOUR);
  expect(findLogGaps(seen, [suspended, unseen, cleared])).toMatchObject([
    { kind: "cleared", channel: "Application", from: START + 50n * MINUTE, to: START + 5n * HOUR },
    { kind: "cleared", channel: "Security", from: 0n, to: START + 6n * HOUR },
    { kind: "suspended", channel: "Application", from: START + 7n * HOUR, to: START + 7n * HOUR + 15n * MINUTE },
  ]);
});

test("a gap stands beside the incidents of its computer whose evidence it touches, the time compared before it included", () => {
  const [gap] = gapsOf(log(100, (id) => id > 10 && id < 90));
  const incident = (computer: string, after: Ticks, beforeSpan = 0n): Incident => {
    const one = sampleIncident(computer);
    const [step] = one.evidence;
    const at = START + after;
    const events = step!.events.map((item) => ({ ...item, event: { ...item.event, computer } }));
    const onset = { before: 0, beforeSpan, after: 1, afterSpan: HOUR, rose: true, reason: "" };
    return { ...one, started: at, updated: at, onset, evidence: [{ ...step!, first: at, last: at, events }] };
  };
  expect(gapsTouching(incident("edge01", 50n * MINUTE), [gap!])).toEqual([gap]);
  expect(gapsTouching(incident("EDGE01", 2n * HOUR), [gap!])).toEqual([]);
  expect(gapsTouching(incident("EDGE01", 2n * HOUR, HOUR), [gap!])).toEqual([gap]);
  expect(gapsTouching(incident("EDGE02", 50n * MINUTE), [gap!])).toEqual([]);
});
