import type { Transport } from "../../transport/transport.ts";

/** How long rows wait for those of other batches, to be inserted with them, ms: each insert has its price, and many small ones are merged for long afterwards. */
export interface Linger {
  /** Of what others wait for: detections, and how far their logs have come. The batches of several partitions begin within some ten milliseconds. */
  readonly awaited: number;
  /** Of what nobody waits for. */
  readonly rest: number;
}

export function lingerOf({ sendsWait }: Transport): Linger {
  // Nothing comes before what is here has been handled.
  if (sendsWait) return { awaited: 0, rest: 0 };
  return { awaited: 100, rest: 500 };
}
