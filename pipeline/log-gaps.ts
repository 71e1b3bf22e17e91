import type { Detection } from "../model/detection.ts";
import { type LogGap, logGap } from "../model/log-gap.ts";
import { logKey } from "../model/log-key.ts";
import type { RecordSpan, RecordSpans, SeenLog } from "../model/record-spans.ts";
import { MINUTE, type Ticks } from "../model/ticks.ts";
import type { DetectionRule } from "../rules/sigma/rule.ts";

/** The captured field by which a rule says that its event tells of a gap: `cleared` or `suspended`. */
const MARK = "LogGap";

/** A log that jumps more often than every so many records is a selection, when it has more jumps than the other number. */
const SELECTED = { recordsBetween: 20n, jumps: 4 };

/** Names of the rules whose detections tell of gaps. */
export function gapRuleNames(rules: readonly DetectionRule[]): readonly string[] {
  return rules.filter(({ capture }) => capture.some(({ name }) => name === MARK)).map(({ name }) => name);
}

export function tellsOfGap(detection: Detection): boolean {
  return detection.fields[MARK] !== undefined;
}

/** Everything that is known to be missing, in order of time. */
export function findLogGaps(seen: RecordSpans, marks: Iterable<Detection>): readonly LogGap[] {
  const logs = new Map<string, SeenLog>();
  for (const log of seen.logs()) logs.set(logKey(log.computer, log.channel), log);
  const gaps = [
    ...[...logs.values()].flatMap(jumpsOf),
    ...Array.from(marks, (mark) => markedGap(mark, logs)).filter((gap) => gap !== undefined),
    ...Array.from(seen.steps(), ({ computer, channel, recordId, before, after }) =>
      logGap({ kind: "clock", computer, channel, from: after, to: before, missing: 0n, recordId }),
    ),
  ];
  return gaps.sort((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : a.id < b.id ? -1 : 1));
}

function jumpsOf(log: SeenLog): readonly LogGap[] {
  const { computer, channel, spans } = log;
  const first = spans[0];
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return [];
  const there = spans.reduce((sum, { firstId, lastId }) => sum + lastId - firstId + 1n, 0n);
  const jumps = spans.length - 1 + log.forgotten;
  if (jumps > SELECTED.jumps && there / BigInt(jumps) < SELECTED.recordsBetween)
    return [
      logGap({
        kind: "selected",
        computer,
        channel,
        ...inOrder(begin(first), end(last)),
        missing: last.lastId - first.firstId + 1n - there,
        recordId: first.firstId,
      }),
    ];
  return spans.slice(1).map((after, index) => missingBetween(spans[index] ?? after, after));
}

function missingBetween(before: RecordSpan, after: RecordSpan): LogGap {
  const { computer, channel, firstId: recordId } = after;
  const times = inOrder(end(before), begin(after));
  return logGap({ kind: "missing", computer, channel, ...times, missing: recordId - before.lastId - 1n, recordId });
}

function begin({ head }: RecordSpan): Ticks {
  return head[0] ?? 0n;
}

function end({ tail }: RecordSpan): Ticks {
  return tail.at(-1) ?? 0n;
}

function inOrder(a: Ticks, b: Ticks): { readonly from: Ticks; readonly to: Ticks } {
  return a <= b ? { from: a, to: b } : { from: b, to: a };
}

function markedGap({ event, fields }: Detection, logs: ReadonlyMap<string, SeenLog>): LogGap | undefined {
  const { computer, recordId, time } = event;
  const channel = fields.ClearedChannel ?? event.channel;
  const missing = 0n;
  if (fields[MARK] === "cleared") {
    const from = knownBefore(logs.get(logKey(computer, channel)), time);
    return logGap({ kind: "cleared", computer, channel, from, to: time, missing, recordId });
  }
  if (fields[MARK] !== "suspended") return undefined;
  const minutes = /^\d{1,6}$/.test(fields.Minutes ?? "") ? BigInt(fields.Minutes ?? 0) : 0n;
  return logGap({ kind: "suspended", computer, channel, from: time, to: time + minutes * MINUTE, missing, recordId });
}

/** Until when what came before a moment has been seen, from elsewhere or earlier; 0n when nothing has. */
function knownBefore(log: SeenLog | undefined, moment: Ticks): Ticks {
  let last = 0n;
  for (const span of log?.spans ?? []) {
    if (begin(span) >= moment) continue;
    const seen = end(span) < moment ? end(span) : moment;
    if (seen > last) last = seen;
  }
  return last;
}
