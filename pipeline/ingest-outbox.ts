import { setImmediate as nextTurn } from "node:timers/promises";
import { sendAround } from "../transport/send-around.ts";
import type { Message, Publisher } from "../transport/transport.ts";

/** A batch goes out when it has so many messages or bytes of them, or when its first message has waited so long, ms. */
const BATCH = { messages: 2_000, bytes: 800_000, wait: 100 };
/** Bytes of a message that goes alone: one that is too large for the topic takes no others with it. */
const LARGE = 100_000;

/** Where a message comes from. */
export interface Origin {
  readonly file: string;
  readonly offset: number;
  readonly line?: number;
}

interface Sendable {
  readonly message: Message;
  readonly origin: Origin;
}

/**
 * Messages on their way to a topic. One batch is under way while the next is filled, so they keep their order, a slow broker slows who adds, and what waits in
 * memory is a few batches.
 */
export class Outbox {
  readonly #publisher: Publisher;
  readonly #topic: string;
  readonly #onRefused: (origin: Origin, reason: string) => void;
  #batch: Sendable[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The first message of the batch has waited long enough. */
  #isDue = false;
  #isSending = false;
  /** All batches so far, one after the other. */
  #sent: Promise<void> = Promise.resolve();
  /** Messages that the broker has acknowledged. */
  published = 0;

  /** @param onRefused told of each message that the broker does not take for its size */
  constructor(publisher: Publisher, topic: string, onRefused: (origin: Origin, reason: string) => void) {
    this.#publisher = publisher;
    this.#topic = topic;
    this.#onRefused = onRefused;
  }

  /** @returns what to wait for before adding more; undefined while there is room. It rejects when a batch could not be published. */
  add(message: Message, origin: Origin): Promise<void> | undefined {
    const isLarge = message.value.length >= LARGE;
    if (isLarge) this.#send();
    this.#batch.push({ message, origin });
    this.#bytes += message.value.length;
    if (isLarge || this.#batch.length >= BATCH.messages || this.#bytes >= BATCH.bytes) return this.#sendAfterLast();
    this.#timer ??= setTimeout(() => this.#becomeDue(), BATCH.wait);
    return undefined;
  }

  /** Resolves when everything that was added has been acknowledged. */
  async flush(): Promise<void> {
    this.#send();
    await this.#sent;
  }

  async #sendAfterLast(): Promise<void> {
    const last = this.#sent;
    this.#send();
    await last;
    // Who reads without ever waiting would keep timers and signals from being heard.
    await nextTurn();
  }

  #becomeDue(): void {
    this.#isDue = true;
    // While a batch is under way the next one may go on growing.
    if (!this.#isSending) this.#send();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    const batch = this.#batch;
    this.#batch = [];
    this.#bytes = 0;
    this.#sent = this.#sent.then(() => this.#publish(batch));
    // Who waits is told; until somebody does, it is no unhandled one.
    this.#sent.catch(() => undefined);
  }

  async #publish(batch: readonly Sendable[]): Promise<void> {
    this.#isSending = true;
    this.published += await sendAround(
      this.#publisher,
      this.#topic,
      batch,
      ({ message }) => message,
      ({ origin }, { message }) => {
        this.#onRefused(origin, message);
        return undefined;
      },
    );
    this.#isSending = false;
    if (this.#isDue) this.#send();
  }
}
