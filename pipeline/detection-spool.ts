import { once } from "node:events";
import { createReadStream, createWriteStream, rmSync, type WriteStream } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import type { Detection } from "../model/detection.ts";
import { exactIntegers } from "../model/exact-integers.ts";

/** Detections on their way to the report, in a temporary file: there may be any number of them. */
export class DetectionSpool {
  readonly #folder: string;
  readonly #file: string;
  readonly #out: WriteStream;

  static async open(): Promise<DetectionSpool> {
    return new DetectionSpool(await mkdtemp(join(tmpdir(), "rootcause-")));
  }

  private constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, "detections.jsonl");
    this.#out = createWriteStream(this.#file);
  }

  async add(detections: readonly Detection[]): Promise<void> {
    if (detections.length === 0) return;
    const lines = detections.map((detection) => `${JSON.stringify(detection, exactIntegers)}\n`).join("");
    if (!this.#out.write(lines)) await once(this.#out, "drain");
  }

  /** All of them in the order in which they came, once; the file is gone afterwards. */
  async *read(): AsyncGenerator<Detection> {
    try {
      this.#out.end();
      await finished(this.#out);
      for await (const line of createInterface({
        input: createReadStream(this.#file),
        crlfDelay: Number.POSITIVE_INFINITY,
      }))
        yield JSON.parse(line, integersBack) as Detection;
    } finally {
      this.discard();
    }
  }

  discard(): void {
    this.#out.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What `exactIntegers` wrote as digits and a Detection has as bigint. */
function integersBack(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return (key === "recordId" || key === "time") && context?.source !== undefined ? BigInt(context.source) : value;
}
