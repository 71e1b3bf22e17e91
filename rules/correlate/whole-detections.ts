import type { Detection } from "../../model/detection.ts";

/** Detections as they are, each once. */
export class WholeDetections {
  readonly #byId = new Map<string, Detection>();

  constructor(detections: Iterable<Detection> = []) {
    for (const one of detections) this.add(one);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** How many came, each once. */
  get count(): number {
    return this.#byId.size;
  }

  held(): Iterable<Detection> {
    return this.#byId.values();
  }

  /** @returns whether it changed anything */
  add(detection: Detection): boolean {
    const known = this.#byId.get(detection.id);
    if (known !== undefined && !isPreferred(detection, known)) return false;
    this.#byId.set(detection.id, detection);
    return true;
  }
}

/**
 * Whether this one counts, of two detections of one event and rule that came by roads which do not write it alike (another case, a field dropped).
 * It must not be the one that came first.
 */
export function isPreferred(one: Detection, other: Detection): boolean {
  const text = ({ event, fields }: Detection) =>
    JSON.stringify([event.computer, event.channel, Object.entries(fields).sort()]);
  return text(one) < text(other);
}
