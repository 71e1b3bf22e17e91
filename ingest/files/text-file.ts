import { createReadStream } from "node:fs";
import { gunzipped } from "./gunzip.ts";
import { splitMessages } from "./split-messages.ts";
import { faultAt, type TextMessage } from "./text-message.ts";

const NAME = /\.(?:json|jsonl|ndjson|xml)(?:\.gz)?$/i;
const CHUNK = 1 << 20;

/** Whether a file is called as files of JSON or event XML are, packed by gzip or not. */
export function isTextLog(name: string): boolean {
  return NAME.test(name);
}

/** A file of JSON or event XML. It is opened when its messages are asked for. */
export class TextFile {
  readonly #path: string;
  #bytesRead = 0;
  #failure: TextMessage | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes of the file that have been read. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** What the disk, or gzip, stopped the reading with before the end: its place is that of the last message before it. */
  get failure(): TextMessage | undefined {
    return this.#failure;
  }

  /** Its messages in order, as many at once as a piece of it has. Where the file cannot be read further they end, and `failure` says why. */
  async *messages(): AsyncGenerator<readonly TextMessage[]> {
    let last: TextMessage | undefined;
    try {
      for await (const messages of splitMessages(this.#chunks())) {
        last = messages.at(-1) ?? last;
        yield messages;
      }
    } catch (error) {
      if (!isReadError(error)) throw error;
      this.#failure = faultAt(last?.line ?? 1, last?.offset ?? 0, `it cannot be read further (${error.message})`);
    }
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    if (this.#path.toLowerCase().endsWith(".gz"))
      return yield* gunzipped(this.#path, (bytes) => {
        this.#bytesRead = bytes;
      });
    for await (const chunk of createReadStream(this.#path, { highWaterMark: CHUNK })) {
      this.#bytesRead += chunk.length;
      yield chunk;
    }
  }
}

/** An error of the disk or of gzip. */
function isReadError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && ("syscall" in error || String(error.code).startsWith("Z_"));
}
