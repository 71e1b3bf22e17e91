import { stderr } from "node:process";
import { Presets, SingleBar } from "cli-progress";

/** How far a scan has come. */
interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly records: number;
}

/** A bar on standard error, where that is a terminal; nothing elsewhere. */
export class ProgressBar implements Disposable {
  readonly #bar: SingleBar;
  #started = false;

  constructor() {
    this.#bar = new SingleBar(
      {
        format: "{bar} {percentage}%  {megabytes} of {totalMegabytes} MB, {records} records",
        stream: stderr,
        noTTYOutput: false,
        clearOnComplete: true,
        hideCursor: true,
      },
      Presets.shades_grey,
    );
  }

  show({ bytes, totalBytes, records }: Progress): void {
    const payload = {
      megabytes: (bytes / 1e6).toFixed(0),
      totalMegabytes: (totalBytes / 1e6).toFixed(0),
      records: records.toLocaleString("en-US"),
    };
    if (!this.#started) this.#bar.start(totalBytes, bytes, payload);
    else this.#bar.update(bytes, payload);
    this.#started = true;
  }

  [Symbol.dispose](): void {
    if (this.#started) this.#bar.stop();
  }
}
