import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");

/** A `rootcause` that runs until it is ended, and is there again after `start`. */
export class RunningProcess implements AsyncDisposable {
  readonly #words: readonly string[];
  readonly #folder: string;
  #child: ChildProcess | undefined;
  /** All that it said, over all its lives. */
  said = "";
  /** Where in it what this life says begins. */
  #bornAt = 0;

  constructor(folder: string, ...words: readonly string[]) {
    this.#folder = folder;
    this.#words = words;
  }

  /** Starts it if it does not run. */
  start(): void {
    if (this.#isRunning()) return;
    const child = spawn(process.execPath, [MAIN, ...this.#words], {
      cwd: this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#bornAt = this.said.length;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.said += text;
      });
  }

  /**
   * Starts it if it does not run, and waits until it says this.
   * @returns what it said
   */
  async started(saying: RegExp): Promise<string> {
    this.start();
    for (;;) {
      const said = this.said.slice(this.#bornAt);
      const [found] = saying.exec(said) ?? [];
      if (found !== undefined) return found;
      if (!this.#isRunning()) throw new Error(`rootcause ${this.#words[0]} ended: ${said}`);
      await sleep(50);
    }
  }

  /** @returns its exit code, or the signal that it died of */
  async ended(): Promise<number | string | undefined> {
    const child = this.#child;
    if (child === undefined) return undefined;
    if (this.#isRunning()) await once(child, "exit");
    return child.exitCode ?? child.signalCode ?? undefined;
  }

  async end(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<number | string | undefined> {
    this.#child?.kill(signal);
    return this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }

  #isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }
}
