import type { Ticks } from "../../model/ticks.ts";

/** Index of the first of the ascending `times` that is not before `at`. */
export function lowerBound(times: readonly Ticks[], at: Ticks): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
