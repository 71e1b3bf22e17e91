import type { Log } from "./options.ts";

/** Says once that the brokers cannot be reached, and once that they can again. */
export class Outage {
  readonly #name: string;
  readonly #log: Log;
  #isDown = false;

  constructor(name: string, log: Log) {
    this.#name = name;
    this.#log = log;
  }

  down(reason: string): void {
    this.#log(this.#isDown ? "debug" : "warn", `${this.#name} cannot be reached, trying again until it can: ${reason}`);
    this.#isDown = true;
  }

  /** Something worked. */
  up(): void {
    if (this.#isDown) this.#log("info", `${this.#name} is reached again`);
    this.#isDown = false;
  }
}
