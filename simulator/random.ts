import { createHash } from "node:crypto";
import { HOUR, type Ticks } from "../model/ticks.ts";

/** A stream of numbers that its seed alone decides. Every part of the fleet forks its own, so that a change in one does not shift the others. */
export interface Random {
  fork(name: string): Random;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  float(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Up to `count` different ones, in random order. */
  sample<T>(from: readonly T[], count: number): readonly T[];
  /** A moment from `from` on and before `to`. */
  moment(from: Ticks, to: Ticks): Ticks;
  /** Moments of a Poisson process. */
  moments(from: Ticks, to: Ticks, perHour: number): readonly Ticks[];
}

export function createRandom(seed: string): Random {
  const next = sfc32(seed);
  const random: Random = {
    fork: (name) => createRandom(`${seed}/${name}`),
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    float: (min, max) => min + next() * (max - min),
    chance: (probability) => next() < probability,
    pick: (from) => {
      const found = from[random.int(0, from.length - 1)];
      if (found === undefined) throw new RangeError("Nothing to pick from.");
      return found;
    },
    sample: (from, count) => {
      const left = [...from];
      return Array.from({ length: Math.min(count, left.length) }, () =>
        left.splice(random.int(0, left.length - 1), 1),
      ).flat();
    },
    moment: (from, to) => from + BigInt(Math.floor(next() * Number(to - from))),
    moments: (from, to, perHour) => {
      const found: Ticks[] = [];
      const gap = () => BigInt(Math.ceil((-Math.log(1 - next()) / perHour) * Number(HOUR)));
      for (let at = from + gap(); at < to; at += gap()) found.push(at);
      return found;
    },
  };
  return random;
}

/** Chris Doty-Humphrey's sfc32 (PractRand), seeded with the SHA-256 of the text: numbers from 0 to below 1. */
function sfc32(seed: string): () => number {
  const digest = createHash("sha256").update(seed).digest();
  const state = new Uint32Array([0, 4, 8, 12].map((at) => digest.readUInt32LE(at)));
  let [a = 0, b = 0, c = 0, counter = 0] = state;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
