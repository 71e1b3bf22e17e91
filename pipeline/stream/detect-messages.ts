import type { FormatName } from "../../ingest/shippers/formats.ts";
import { parseMessage } from "../../ingest/shippers/parse-message.ts";
import { UnreadableError } from "../../ingest/shippers/unreadable-error.ts";
import { type Coverage, CoverageMap } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import { eventRef } from "../../model/event.ts";
import { type RecordSpan, RecordSpans } from "../../model/record-spans.ts";
import { type Ticks, ticksFromUnixMs } from "../../model/ticks.ts";
import { detect } from "../../rules/sigma/detect.ts";
import type { Matcher } from "../../rules/sigma/matcher.ts";
import type { EventRows } from "../../storage/event-rows.ts";
import type { Received } from "../../transport/transport.ts";

export interface DetectSettings {
  /** Told from each message unless given. */
  readonly format: FormatName | undefined;
  /** Whether all events are stored, or only what was detected. */
  readonly storeEvents: boolean;
  /** How long after an event of a computer's channel others of before it may still come without being late. */
  readonly lateness: Ticks;
}

/** A message that cannot be read, and why. */
export interface Unreadable {
  readonly message: Received;
  /** One of few, for counting: `malformed`, `unknown-format` … */
  readonly kind: string;
  readonly reason: string;
}

/** What the messages of a batch come to. */
export interface Detected {
  readonly detections: readonly Detection[];
  readonly coverage: readonly Coverage[];
  readonly spans: readonly RecordSpan[];
  readonly unreadable: readonly Unreadable[];
  /** When the newest event was, here or before; undefined when none has a time. One that claims to come from the future is of now. */
  readonly newest: Ticks | undefined;
  /** How many came after an event of the same computer and channel that was newer by more than the lateness. */
  readonly late: number;
}

/** Spans of one log in a batch. Where a log has more it is a selection, which is told by these. */
const SPANS = 16;

/** Reads each message and runs the rules over it. No message makes it throw: what cannot be read costs itself only. */
export function detectMessages(
  messages: readonly Received[],
  matcher: Matcher,
  settings: DetectSettings,
  /** `newest` of the batch before. */
  before: Ticks | undefined,
  /** How far each log had come before, which is noted here. */
  sources: CoverageMap,
  /** Gets the events that are to be stored. */
  events: EventRows,
): Detected {
  const detections: Detection[] = [];
  const unreadable: Unreadable[] = [];
  const coverage = new CoverageMap();
  const seen = new RecordSpans(SPANS);
  const now = ticksFromUnixMs(Date.now());
  let newest = before;
  let late = 0;
  for (const message of messages) {
    try {
      const event = parseMessage(message.value.toString("utf8"), settings.format);
      const found = detect(matcher, event);
      const ref = eventRef(event);
      if (settings.storeEvents) events.add(event, ref);
      detections.push(...found);
      if (event.clock === "none") continue;
      const { computer, channel, recordId, time } = ref;
      seen.addRecord(computer, channel, recordId, time);
      // A clock that is ahead does not bring its log there: nothing is concluded from what has not come, and no other event is late, for longer than it is.
      const until = time < now ? time : now;
      const span = { computer, channel, first: until, last: until };
      coverage.add(span);
      if (until < sources.add(span) - settings.lateness) late++;
      if (newest === undefined || until > newest) newest = until;
    } catch (error) {
      unreadable.push({ message, ...whyNot(error) });
    }
  }
  const spans = Array.from(seen.logs(), (log) => log.spans).flat();
  return { detections, coverage: [...coverage.values()], spans, unreadable, newest, late };
}

function whyNot(error: unknown): { readonly kind: string; readonly reason: string } {
  if (error instanceof UnreadableError) return { kind: error.reason, reason: error.message };
  // Our own fault, but this message's alone: it must not stop the ones behind it.
  return { kind: "internal", reason: `rootcause failed on it: ${error instanceof Error ? error.message : error}` };
}
