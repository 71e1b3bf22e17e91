import { allDone } from "../../model/all-done.ts";
import { type Coverage, CoverageMap } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import { exactIntegers } from "../../model/exact-integers.ts";
import type { RecordSpan } from "../../model/record-spans.ts";
import type { Ticks } from "../../model/ticks.ts";
import { detectionOutput } from "../../output/records.ts";
import { type Grouping, groupingsOf, groupKeyOf } from "../../rules/correlate/grouping.ts";
import { concluding, type RuleSet } from "../../rules/load.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import { writeCoverage } from "../../storage/coverage.ts";
import { writeDetections } from "../../storage/detections.ts";
import { type EncodedRows, EventRows } from "../../storage/event-rows.ts";
import { writeEvents } from "../../storage/events.ts";
import { partitionOf } from "../../transport/partition-of.ts";
import type { Handler, Message } from "../../transport/transport.ts";
import type { StageContext } from "./context.ts";
import { deadLetter, sendLetters } from "./dead-letter.ts";
import { type DetectSettings, detectMessages } from "./detect-messages.ts";
import { lingerOf } from "./linger.ts";
import { RecordSpanWriter } from "./record-span-writer.ts";
import { SharedInserts } from "./shared-inserts.ts";

/** Rows whose memory is kept for the next batches: as many as are under way where nothing stands in the way. */
const SPARE = 16;

/**
 * Events in; rows in the store, detections and dead letters in their topics. A detection, and what was seen of its log, is in the store before it
 * is published, so that a correlator which reads the store and then its topic misses none. What comes again after a crash is told by the identities of its rows and
 * detections. The rest, events and record spans, is finished beside the next batches.
 */
export function detectStage(
  context: StageContext,
  rules: RuleSet,
  settings: DetectSettings,
  /** Of the topic of detections. */
  partitions: number,
): Handler {
  const matcher = createMatcher(rules.detections);
  const routes = routesOf(groupingsOf(concluding(rules)), partitions);
  const { store, publisher, topics, watch } = context;
  const linger = lingerOf(context.transport);
  const detections = new SharedInserts<readonly Detection[]>(linger.awaited, (all, token) =>
    writeDetections(store, all.flat(), token),
  );
  const coverage = new SharedInserts<readonly Coverage[]>(linger.awaited, (all) =>
    writeCoverage(store, widest(all.flat())),
  );
  const spanWriter = new RecordSpanWriter(store);
  const rest = new SharedInserts<Rest>(linger.rest, async (all, token) => {
    const events = writeEvents(store, joined(all.map(({ events }) => events)), token);
    // The memory of the rows is used again for others.
    await allDone([events, spanWriter.write(all.flatMap(({ spans }) => spans))]);
  });
  /** Of each partition, when its newest event was. */
  const newest = new Map<string, Ticks>();
  const sources = new CoverageMap();
  /** Whose rows are in the store. New memory for each batch would have V8 look through all that it holds, again and again. */
  const spare: EventRows[] = [];

  return {
    batch: async (batch) => {
      const from = `${batch.topic}:${batch.partition}`;
      const token = `${from}:${batch.first}-${batch.end}`;
      const count = batch.messages.length;
      const rows = spare.pop() ?? new EventRows();
      const found = detectMessages(batch.messages, matcher, settings, newest.get(from), sources, rows);
      await Promise.all([
        detections.write(found.detections, found.detections.length, token),
        coverage.write(found.coverage, found.coverage.length, token),
      ]);
      await publisher.send(topics.detections, found.detections.flatMap(routes));
      if (found.newest !== undefined) newest.set(from, found.newest);
      const letters = found.unreadable.map(({ message, kind, reason }) => deadLetter(message, kind, reason));
      return async () => {
        await rest.write({ events: rows.rows, spans: found.spans }, count, token);
        await sendLetters(publisher, topics.deadletter, letters);
        rows.clear();
        if (spare.length < SPARE) spare.push(rows);
        watch.events(count - letters.length, newest.get(from), found.late);
        for (const { rule } of found.detections) watch.detection(rule.name, rule.level);
        for (const { kind } of found.unreadable) watch.deadLetter(kind);
      };
    },
  };
}

/** What nobody waits for: the events of a batch, and which records they are. */
interface Rest {
  readonly events: EncodedRows;
  readonly spans: readonly RecordSpan[];
}

/** One span of each log. */
function widest(coverage: readonly Coverage[]): Iterable<Coverage> {
  const all = new CoverageMap();
  for (const span of coverage) all.add(span);
  return all.values();
}

function joined(rows: readonly EncodedRows[]): EncodedRows {
  return {
    count: rows.reduce((sum, { count }) => sum + count, 0),
    pieces: rows.flatMap(({ pieces }) => pieces),
  };
}

/** A detection goes to the partition of each group that it takes part in: whoever has that concludes the group. */
function routesOf(groupings: readonly Grouping[], partitions: number): (detection: Detection) => readonly Message[] {
  return (detection) => {
    const value = Buffer.from(JSON.stringify(detectionOutput(detection), exactIntegers));
    const keys = groupings
      .filter(({ ruleNames }) => ruleNames.has(detection.rule.name))
      .map((grouping) => groupKeyOf(grouping, detection))
      .filter((key) => key !== undefined);
    if (keys.length === 0) return [{ key: detection.id, value }];
    return keys.map((key) => ({ key, value, partition: partitionOf(key, partitions) }));
  };
}
