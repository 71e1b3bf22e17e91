import { type ClockStep, HELD, SteadyClock, stepsAround } from "./clock-steps.ts";
import { LogMap } from "./log-map.ts";
import type { Ticks } from "./ticks.ts";

/** Records of one computer's channel that follow each other without a jump in their EventRecordID. */
export interface RecordSpan {
  readonly computer: string;
  readonly channel: string;
  readonly firstId: bigint;
  readonly lastId: bigint;
  /** When the first records were made, `HELD + 1` of them or all: what a step of the clock is told by where two spans meet. */
  readonly head: readonly Ticks[];
  /** The same of the last records. */
  readonly tail: readonly Ticks[];
}

/** What has been seen of one computer's channel. */
export interface SeenLog {
  readonly computer: string;
  readonly channel: string;
  /** Ascending, apart. */
  readonly spans: readonly RecordSpan[];
  /** Jumps that were too many and too small to be kept. */
  readonly forgotten: number;
}

/** A log keeps at most its so many largest jumps; logs beyond a number, and steps beyond another, are let go. */
const JUMPS_KEPT = 1_000;
const LOGS_KEPT = 10_000;
const STEPS_KEPT = 1_000;

/**
 * Which records have been seen. Spans merge as intervals, so it does not matter in what order, in what pieces or how often chunks and files are read:
 * a log that wraps round, is archived or forwarded is one log.
 */
export class RecordSpans {
  readonly #mostBegun: number;
  readonly #logs = new LogMap<Log>();
  readonly #steps = new Map<string, ClockStep>();
  #lastLog: Log | undefined;

  /** `mostBegun`: how many spans `addRecord` begins of one log; a log that jumps more often is a selection, and its further records are passed over. */
  constructor(mostBegun = Number.POSITIVE_INFINITY) {
    this.#mostBegun = mostBegun;
  }

  /** Cheap for records that come in order. One without a number or a time says nothing. */
  addRecord(computer: string, channel: string, id: bigint, time: Ticks): void {
    if (id === 0n || time === 0n) return;
    const log = this.#logOf(computer, channel);
    if (log === undefined) return;
    if (log.open?.nextId !== id) {
      this.#close(log);
      if (log.begun >= this.#mostBegun) return;
      log.begun++;
      log.open = new OpenSpan(computer, channel, id);
    }
    const step = log.open?.add(time);
    if (step !== undefined) this.addStep(step);
  }

  /** @returns the span that it is part of now; undefined when it was not kept */
  add(span: RecordSpan): RecordSpan | undefined {
    const log = this.#logOf(span.computer, span.channel);
    return log === undefined ? undefined : this.#merge(log, span);
  }

  addStep(step: ClockStep): void {
    const key = JSON.stringify([step.computer.toLowerCase(), step.channel, String(step.recordId), String(step.after)]);
    if (this.#steps.size < STEPS_KEPT) this.#steps.set(key, step);
  }

  *logs(): Generator<SeenLog> {
    for (const log of this.#logs.values()) {
      this.#close(log);
      yield log;
    }
  }

  steps(): Iterable<ClockStep> {
    for (const log of this.#logs.values()) this.#close(log);
    return this.#steps.values();
  }

  #logOf(computer: string, channel: string): Log | undefined {
    const last = this.#lastLog;
    if (last !== undefined && last.computer === computer && last.channel === channel) return last;
    let log = this.#logs.get(computer, channel);
    if (log === undefined) {
      if (this.#logs.size >= LOGS_KEPT) return undefined;
      log = this.#logs.add(computer, channel, {
        computer,
        channel,
        spans: [],
        forgotten: 0,
        begun: 0,
        open: undefined,
      });
    }
    this.#lastLog = log;
    return log;
  }

  #close(log: Log): void {
    if (log.open === undefined) return;
    this.#merge(log, log.open.span());
    log.open = undefined;
  }

  #merge(log: Log, span: RecordSpan): RecordSpan {
    const { spans } = log;
    const from = firstAtOrBehind(spans, span.firstId);
    let to = from;
    let merged = span;
    for (let next = spans[to]; next !== undefined && next.firstId <= merged.lastId + 1n; next = spans[++to]) {
      const [earlier, later] = next.firstId < merged.firstId ? [next, merged] : [merged, next];
      for (const step of stepsAround(earlier.lastId, (id) => timeOf(earlier, id) ?? timeOf(later, id)))
        this.addStep({ computer: log.computer, channel: log.channel, ...step });
      merged = joined(earlier, later);
    }
    spans.splice(from, to - from, merged);
    if (spans.length > 2 * JUMPS_KEPT) forgetSmallest(log);
    return merged;
  }
}

interface Log extends SeenLog {
  spans: RecordSpan[];
  forgotten: number;
  /** Spans that `addRecord` has begun. */
  begun: number;
  /** What `addRecord` is adding to. */
  open: OpenSpan | undefined;
}

/** A span that grows record by record. */
class OpenSpan {
  readonly #computer: string;
  readonly #channel: string;
  readonly #firstId: bigint;
  readonly #head: Ticks[] = [];
  readonly #clock = new SteadyClock();
  nextId: bigint;

  constructor(computer: string, channel: string, firstId: bigint) {
    this.#computer = computer;
    this.#channel = channel;
    this.#firstId = firstId;
    this.nextId = firstId;
  }

  add(time: Ticks): ClockStep | undefined {
    if (this.#head.length <= HELD) this.#head.push(time);
    const step = this.#clock.add(time);
    this.nextId += 1n;
    if (step === undefined) return undefined;
    return { computer: this.#computer, channel: this.#channel, recordId: this.nextId - BigInt(HELD), ...step };
  }

  span(): RecordSpan {
    return {
      computer: this.#computer,
      channel: this.#channel,
      firstId: this.#firstId,
      lastId: this.nextId - 1n,
      head: this.#head,
      tail: this.#clock.last(),
    };
  }
}

/** Index of the first span that ends right before `id` or later. */
function firstAtOrBehind(spans: readonly RecordSpan[], id: bigint): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.lastId ?? id) + 1n < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** When a record of the span was made, where that is known. */
function timeOf({ firstId, lastId, head, tail }: RecordSpan, id: bigint): Ticks | undefined {
  if (id < firstId || id > lastId) return undefined;
  return id - firstId < head.length ? head[Number(id - firstId)] : tail.at(Number(id - lastId) - 1);
}

/** One span for two that touch or overlap. */
function joined(earlier: RecordSpan, later: RecordSpan): RecordSpan {
  const { firstId } = earlier;
  const lastId = earlier.lastId > later.lastId ? earlier.lastId : later.lastId;
  const timeAt = (id: bigint) => timeOf(earlier, id) ?? timeOf(later, id);
  const head = known((index) => timeAt(firstId + index), lastId - firstId);
  const tail = known((index) => timeAt(lastId - index), lastId - firstId).reverse();
  return { computer: earlier.computer, channel: earlier.channel, firstId, lastId, head, tail };
}

function known(timeAt: (index: bigint) => Ticks | undefined, last: bigint): Ticks[] {
  const times: Ticks[] = [];
  for (let index = 0n; index <= last && times.length <= HELD; index++) {
    const time = timeAt(index);
    if (time === undefined) break;
    times.push(time);
  }
  return times;
}

/** Closes the smallest jumps, so that a hostile log cannot fill the memory. */
function forgetSmallest(log: Log): void {
  const jump = (at: number) => (log.spans[at]?.firstId ?? 0n) - (log.spans[at - 1]?.lastId ?? 0n);
  const order = log.spans.map((_, at) => at).slice(1);
  order.sort((a, b) => (jump(a) > jump(b) ? -1 : jump(a) < jump(b) ? 1 : a - b));
  const kept = new Set(order.slice(0, JUMPS_KEPT));
  const spans: RecordSpan[] = [];
  for (const [at, span] of log.spans.entries()) {
    const last = spans.at(-1);
    if (last === undefined || kept.has(at)) spans.push(span);
    else spans[spans.length - 1] = { ...span, firstId: last.firstId, head: last.head };
  }
  log.forgotten += log.spans.length - spans.length;
  log.spans = spans;
}
