import type { Readable } from "node:stream";
import { addAbortSignal } from "node:stream";
import { openEvtx } from "../ingest/evtx/file.ts";
import { jsonRecords } from "../ingest/evtx/json.ts";
import { type EventOrReason, eventOf } from "../ingest/files/event-of.ts";
import { splitMessages } from "../ingest/files/split-messages.ts";
import { TextFile } from "../ingest/files/text-file.ts";
import type { TextMessage } from "../ingest/files/text-message.ts";
import type { FormatName } from "../ingest/shippers/formats.ts";
import { readFirst, type WindowsEvent } from "../model/event.ts";
import type { Publisher } from "../transport/transport.ts";
import { DamageReport, type FileDamage, type FoundDamage } from "./damage-report.ts";
import { isIn, type Range } from "./detect-range.ts";
import type { LogFile } from "./find-logs.ts";
import { Outbox } from "./ingest-outbox.ts";

/** Messages that come as a stream of JSON or event XML. */
export interface EventStream {
  readonly name: string;
  readonly stream: Readable;
}

export interface IngestOptions {
  /** Of messages in JSON and XML; each shows its own where it is undefined. */
  readonly format: FormatName | undefined;
  readonly signal: AbortSignal;
  /** What was found to be unreadable before. */
  readonly damage?: readonly FoundDamage[];
  readonly onProgress?: (progress: { bytes: number; totalBytes: number; records: number }) => void;
}

export interface IngestTotals {
  readonly topic: string;
  /** Messages that the topic has taken. */
  readonly published: number;
  /** How many of them are none that could be read as an event, and went as they stand. */
  readonly asTheyStand: number;
  /** How many times something could not be read, or was too large for the topic. */
  readonly unreadable: number;
  readonly damage: readonly FileDamage[];
  /** The signal was aborted before the end. */
  readonly isStopped: boolean;
}

/**
 * Publishes events: each EVTX record as one line of JSON (as `rootcause dump` prints it), each message of JSON or XML as it stands. The key is the event's
 * Computer; what cannot be read as an event goes without a key, for whoever reads the topic to put aside.
 *
 * When it resolves, all of it has been acknowledged, also when the signal was aborted.
 *
 * @throws what the publisher throws
 */
export async function ingestEvents(
  sources: readonly (LogFile | EventStream)[],
  publisher: Publisher,
  topic: string,
  options: IngestOptions,
): Promise<IngestTotals> {
  const run = new IngestRun(publisher, topic, options);
  const totalBytes = sources.reduce((sum, source) => sum + ("size" in source ? source.size : 0), 0);
  let before = 0;
  const tell = (bytes: number) => {
    if (totalBytes > 0) options.onProgress?.({ bytes: before + bytes, totalBytes, records: run.records });
  };
  for (const source of sources) {
    if ("stream" in source) await run.addStream(source);
    else if (source.chunkCount === undefined) await run.addText(source, tell);
    else await run.addEvtx({ path: source.path, firstChunk: 0, endChunk: source.chunkCount }, tell);
    if ("size" in source) before += source.size;
    tell(0);
    if (options.signal.aborted) break;
  }
  await run.flush();
  return run.totals();
}

/** So much of a file that was found and not named may come before its first event: it is held back until then. */
const HELD = { messages: 1_000, bytes: 4 << 20 };

type Read = EventOrReason & { readonly message: TextMessage };

/** What has been read and published until now. */
export class IngestRun {
  readonly #damage = new DamageReport();
  readonly #outbox: Outbox;
  readonly #topic: string;
  readonly #options: IngestOptions;
  #asTheyStand = 0;
  records = 0;

  constructor(publisher: Publisher, topic: string, options: IngestOptions) {
    this.#topic = topic;
    this.#options = options;
    this.#damage.add(options.damage ?? []);
    this.#outbox = new Outbox(publisher, topic, (origin, reason) =>
      this.#damage.add([{ ...origin, kind: "lost", records: 1, reason }]),
    );
  }

  totals(): IngestTotals {
    return {
      topic: this.#topic,
      published: this.#outbox.published,
      asTheyStand: this.#asTheyStand,
      unreadable: this.#damage.lostRecords,
      damage: this.#damage.byFile(),
      isStopped: this.#options.signal.aborted,
    };
  }

  takeNewDamage(): readonly FileDamage[] {
    return this.#damage.takeNew();
  }

  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  /** @throws NotEvtxError, and the system's errors */
  async addEvtx(range: Range, tell: (bytes: number) => void = () => undefined): Promise<void> {
    const { path, firstChunk, endChunk, part } = range;
    using file = openEvtx(path);
    const records = jsonRecords(
      file,
      (found) => {
        // A log that is being written to has headers that lag behind: no fault.
        if (isIn(range, found.offset) && (part === undefined || found.kind === "lost")) this.#damage.add([found]);
      },
      firstChunk,
      endChunk,
    );
    for (const { record, json } of records) {
      const { offset } = record;
      if (!isIn(range, offset)) continue;
      this.records++;
      const wait = this.#outbox.add({ key: keyOf(record), value: json }, { file: path, offset });
      if (wait === undefined) continue;
      await wait;
      tell(offset);
      if (this.#options.signal.aborted) return;
    }
  }

  async addText({ path, isNamed }: LogFile, tell: (bytes: number) => void): Promise<void> {
    const file = new TextFile(path);
    await this.#addMessages(path, file.messages(), isNamed, () => tell(file.bytesRead));
    if (file.failure !== undefined) this.#lose(path, file.failure, file.failure.fault);
  }

  async addStream({ name, stream }: EventStream): Promise<void> {
    const { signal } = this.#options;
    try {
      await this.#addMessages(name, splitMessages(addAbortSignal(signal, stream)), true, () => undefined);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #addMessages(
    file: string,
    messages: AsyncIterable<readonly TextMessage[]>,
    isNamed: boolean,
    tell: () => void,
  ): Promise<void> {
    let held: Read[] | undefined = isNamed ? undefined : [];
    let bytes = 0;
    for await (const some of messages) {
      for (const message of some) {
        const read = { message, ...eventOf(message, this.#options.format) };
        this.records++;
        if (held === undefined) await this.#publish(file, read);
        else {
          held.push(read);
          bytes += message.bytes.length;
          if (read.event === undefined && held.length < HELD.messages && bytes < HELD.bytes) continue;
          for (const one of held) await this.#publish(file, one);
          held = undefined;
        }
      }
      tell();
      if (this.#options.signal.aborted) return;
    }
    const [first] = held ?? [];
    if (first === undefined) return;
    const { line, offset } = first.message;
    this.#damage.add([{ file, line, offset, kind: "foreign", reason: first.reason ?? "" }]);
  }

  async #publish(file: string, { message, event, reason }: Read): Promise<void> {
    const { bytes, line, offset } = message;
    if (bytes.length === 0) return this.#lose(file, message, reason);
    if (event === undefined) {
      this.#asTheyStand++;
      this.#lose(file, message, `${reason} (published as it is)`, 1);
    }
    const key = event === undefined ? undefined : keyOf(event);
    const wait = this.#outbox.add({ key, value: bytes }, { file, line, offset });
    if (wait !== undefined) await wait;
  }

  #lose(file: string, { line, offset }: TextMessage, reason = "", records?: number): void {
    this.#damage.add([{ file, line, offset, kind: "lost", records, reason }]);
  }
}

function keyOf(event: WindowsEvent): string | undefined {
  return readFirst(event, "Computer") || undefined;
}
