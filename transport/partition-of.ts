import { hash } from "node:crypto";
import type { TextOrBytes } from "./transport.ts";

/** Which of `count` partitions holds what has this key: the same on every machine and in every version, for what is stored is found again by it. */
export function partitionOf(key: TextOrBytes, count: number): number {
  return Number.parseInt(hash("sha256", key, "hex").slice(0, 8), 16) % count;
}
