/**
 * Mends kafkajs 2.2.4 (which package.json names exactly, for this): each of its connections sets a timer of a negative time after each answer, over and over: it wakes the process every
 * millisecond, and Node 24 prints a TimeoutNegativeWarning. A check is needed only while the broker has asked us to slow down or requests wait.
 */
import { createRequire } from "node:module";
import { z } from "zod";

interface RequestQueue {
  throttledUntil: number;
  pending: readonly unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const Class = z.custom<{ prototype: { scheduleCheckPendingRequests(this: RequestQueue): void } }>(
  (given) => typeof given === "function" && "scheduleCheckPendingRequests" in given.prototype,
  "kafkajs has changed: see whether request-queue.ts is still needed",
);

Class.parse(
  createRequire(import.meta.url)("kafkajs/src/network/requestQueue/index.js"),
).prototype.scheduleCheckPendingRequests = function () {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    Math.max(10, this.throttledUntil - Date.now()),
  );
};
