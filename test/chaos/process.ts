import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");

/** A `rootcause` that runs until it is ended, and is there again after `start`. */
export class RunningProcess implements AsyncDisposable {
  readonly #words: readonly string[];
  readonly #folder: string;
  #child: ChildProcess | undefined;
  /** All that it said, over all its lives. */
  said = "";

  constructor(folder: string, ...words: readonly string[]) {
    this.#folder = folder;
    this.#words = words;
  }

  /** Starts it if it does not run. With `until`, waits until it says that, and gives it back. */
  async start(until?: RegExp): Promise<string> {
    if (this.#isRunning()) return "";
    const child = spawn(process.execPath, [MAIN, ...this.#words], {
      cwd: this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const from = this.said.length;
    const heard = Promise.withResolvers<string>();
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.said += text;
        const [found] = until?.exec(this.said.slice(from)) ?? [];
        if (found !== undefined) heard.resolve(found);
      });
    child.once("exit", () => heard.reject(new Error(`rootcause ${this.#words[0]} ended: ${this.said.slice(from)}`)));
    if (until !== undefined) return heard.promise;
    heard.promise.catch(() => undefined);
    return "";
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
