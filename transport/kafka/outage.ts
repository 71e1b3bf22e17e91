import type { Log } from "./options.ts";

/** Says once that the brokers cannot be reached, and once that they can again. */
export class Outage {
  readonly #name: string;
  readonly #log: Log;
  /** Whoever connects says himself why that fails. */
  #wasReached = false;
  #reason: string | undefined;

  constructor(name: string, log: Log) {
    this.#name = name;
    this.#log = log;
  }

  /** Why they cannot be reached now; undefined when they can. */
  get reason(): string | undefined {
    return this.#reason;
  }

  down(reason: string): void {
    if (!this.#wasReached) return;
    const text = `${this.#name} cannot be reached, trying again until it can: ${reason}`;
    this.#log(this.#reason === undefined ? "warn" : "debug", text);
    this.#reason = text;
  }

  /** Something worked. */
  up(): void {
    if (this.#reason !== undefined) this.#log("info", `${this.#name} is reached again`);
    this.#wasReached = true;
    this.#reason = undefined;
  }
}
