import { vi } from "vitest";
import type { Batch, Received, Subscription, Transport } from "../../transport/transport.ts";

/** A member of a group that keeps what it got. */
export class Reader {
  /** Each batch as often as it came. */
  readonly delivered: Batch[] = [];
  /** Messages of the batches that were handled, partition by partition in order. */
  readonly handled: Received[] = [];
  /** Numbers of the partitions that it has now. */
  partitions: ReadonlySet<number> = new Set();
  isAssigning = false;
  onAssigned: () => Promise<void> = async () => undefined;
  onBatch: (batch: Batch, signal: AbortSignal) => Promise<void> = async () => undefined;
  /** What is left to finish of a batch. */
  onFinish: ((batch: Batch) => Promise<void>) | undefined;
  /** Messages of the batches that were finished. */
  readonly finished: Received[] = [];
  subscription: Subscription | undefined;

  async join(transport: Transport, groupId: string, topic: string): Promise<this> {
    this.subscription = await transport.subscribe({
      groupId,
      topics: [topic],
      handler: {
        assigned: async (partitions) => {
          this.isAssigning = true;
          await this.onAssigned();
          this.isAssigning = false;
          this.partitions = new Set(partitions.map(({ partition }) => partition));
        },
        revoked: () => {
          this.partitions = new Set();
        },
        batch: async (batch, signal) => {
          if (!this.partitions.has(batch.partition))
            throw new Error(`a batch of partition ${batch.partition}, not mine`);
          this.delivered.push(batch);
          await this.onBatch(batch, signal);
          this.handled.push(...batch.messages);
          const { onFinish } = this;
          if (onFinish === undefined) return undefined;
          return async () => {
            await onFinish(batch);
            this.finished.push(...batch.messages);
          };
        },
      },
    });
    return this;
  }

  /** Resolves when so many messages have been handled. */
  has(count: number): Promise<void> {
    return until(() => this.handled.length >= count);
  }

  /** The messages that were handled, as numbers, in ascending order. */
  numbers(): readonly number[] {
    return this.handled.map(({ value }) => Number(value.toString())).sort((a, b) => a - b);
  }

  clear(): void {
    this.delivered.length = 0;
    this.handled.length = 0;
    this.finished.length = 0;
  }
}

/** Waits for what must come; the test's own time limit comes later than this one, which says what did not come. */
export async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 90_000, interval: 20 });
}
