import type { Log } from "./options.ts";

/** How long nothing has worked before it is called an outage, ms: a connection that breaks is often made anew at once. */
const PATIENCE = 1_000;

/** What one asker of brokers sees of them: what works for one says nothing of another. */
export interface Reach {
  /** Something worked. */
  works(): void;
  /** It failed, and began to then, in ms since 1970. */
  fails(reason: string, since?: number): void;
  /** It asks no more. */
  ends(): void;
}

/** Says once that the brokers cannot be reached, and once that they can again. */
export class Outage {
  readonly #name: string;
  readonly #log: Log;
  /** Why, of each who cannot reach them. */
  readonly #reasons = new Map<Reach, string>();
  /** When the last outage was over, ms: what is heard of soon after may be of it. */
  #over = 0;

  constructor(name: string, log: Log) {
    this.#name = name;
    this.#log = log;
  }

  /** Why they cannot be reached now; undefined when they can. */
  get reason(): string | undefined {
    return this.#reasons.values().next().value;
  }

  /** For one who asks and has reached them once. */
  reach(): Reach {
    let worked = Date.now();
    let failing: number | undefined;
    const reach: Reach = {
      works: () => {
        worked = Date.now();
        failing = undefined;
        if (!this.#reasons.delete(reach) || this.#reasons.size > 0) return;
        this.#over = worked;
        this.#log("info", `${this.#name} is reached again`);
      },
      fails: (reason, since = Date.now()) => {
        failing ??= Math.max(since, worked);
        const text = `${this.#name} cannot be reached, trying again until it can: ${reason}`;
        const isOutage = Date.now() - Math.max(failing, this.#over) >= PATIENCE;
        this.#log(isOutage && this.#reasons.size === 0 ? "warn" : "debug", text);
        if (isOutage) this.#reasons.set(reach, text);
      },
      ends: () => this.#reasons.delete(reach),
    };
    return reach;
  }
}
