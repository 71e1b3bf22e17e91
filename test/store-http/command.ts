import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");

/** A `rootcause` process, what it has said, and the way it ends. */
export class Command {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  out = "";
  err = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
    this.child.stdout.on("data", (text) => {
      this.out += text;
    });
    this.child.stderr.on("data", (text) => {
      this.err += text;
    });
    this.ended = once(this.child, "close").then(([code]) => code);
  }

  /** Where the store is served, when it is. */
  async url(): Promise<string> {
    for (;;) {
      const found = /served at (http:\S+)/.exec(this.out)?.[1];
      if (found !== undefined) return found;
      const more = await Promise.race([once(this.child.stdout, "data"), this.ended]);
      if (!Array.isArray(more)) throw new Error(`ended with ${more}: ${this.err}`);
    }
  }
}
