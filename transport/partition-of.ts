import { hash } from "node:crypto";
import type { TextOrBytes } from "./transport.ts";

/** Which of `count` partitions holds what has this key: the same on every machine and in every version, for what is stored is found again by it. */
export function partitionOf(key: TextOrBytes, count: number): number {
  return hashOf(key) % count;
}

/** Computers and groups come again and again: those of late are kept. */
const hashes = new Map<TextOrBytes, number>();
const MOST_KEPT = 10_000;

function hashOf(key: TextOrBytes): number {
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const found = Number.parseInt(hash("sha256", key, "hex").slice(0, 8), 16);
  if (typeof key !== "string" || key.length > 1_024) return found;
  if (hashes.size >= MOST_KEPT) hashes.clear();
  hashes.set(key, found);
  return found;
}
