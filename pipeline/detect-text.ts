import { eventOf } from "../ingest/files/event-of.ts";
import { TextFile } from "../ingest/files/text-file.ts";
import type { TextMessage } from "../ingest/files/text-message.ts";
import type { FormatName } from "../ingest/shippers/formats.ts";
import type { Matcher } from "../rules/sigma/matcher.ts";
import { DamageReport, type FoundDamage } from "./damage-report.ts";
import { type DetectOptions, RangeReader, type RangeResult } from "./range-result.ts";

/** A whole file of JSON or event XML: where one message ends shows only who reads from the beginning. */
export interface TextRange {
  readonly path: string;
  /** Undefined where each message shows its own. */
  readonly format: FormatName | undefined;
  /** The user has named it; otherwise it was found in a folder, and need not be a file of events. */
  readonly isNamed: boolean;
}

/** Bytes of messages that a result is made of, so that a large file is never held whole. */
const PIECE = 4 << 20;

/** Reads a file of messages and runs the rules over its events, piece by piece; what could not be read is told with the last. */
export async function* detectText(
  { path, format, isNamed }: TextRange,
  matcher: Matcher,
  options: DetectOptions,
): AsyncGenerator<RangeResult> {
  const file = new TextFile(path);
  const damage = new DamageReport();
  let reader = new RangeReader(matcher, options);
  let events = 0;
  let first: FoundDamage | undefined;
  let size = 0;
  let bytesTold = 0;
  const lose = ({ line, offset }: TextMessage, reason = "") => {
    const found = { file: path, line, offset, kind: "lost", reason } as const;
    damage.add([found]);
    first ??= found;
  };
  const result = () => {
    const bytes = file.bytesRead - bytesTold;
    bytesTold = file.bytesRead;
    return reader.result(bytes);
  };
  for await (const messages of file.messages()) {
    for (const message of messages) {
      size += message.bytes.length;
      const { event, reason } = eventOf(message, format);
      if (event === undefined) lose(message, reason);
      else {
        events++;
        reader.add(event);
      }
    }
    if (size < PIECE) continue;
    yield result();
    reader = new RangeReader(matcher, options);
    size = 0;
  }
  if (file.failure !== undefined) lose(file.failure, file.failure.fault);
  if (events > 0 || file.failure !== undefined || first === undefined) yield { ...result(), damage: damage.byFile() };
  else {
    reader.addDamage(
      isNamed ? { ...first, reason: `there are no events in it: ${first.reason}` } : { ...first, kind: "foreign" },
    );
    yield result();
  }
}
