import { MINUTE, type Ticks } from "./ticks.ts";

/** The clock of a computer went back: a record, and those after it, were made well before the record with the number before. */
export interface ClockStep {
  readonly computer: string;
  readonly channel: string;
  /** The record after the step. */
  readonly recordId: bigint;
  readonly before: Ticks;
  readonly after: Ticks;
}

/**
 * Around a boot records are not in the order of time (DOMAIN.md 0.10): what drivers and the kernel reported before the machine went down, hours or weeks ago,
 * is written among the first records of the next boot, a handful at most in 40,000 real records. So a step must be of more than `TOLERANCE`, and so
 * many records in a row, the first included, must stay behind it.
 */
const TOLERANCE: Ticks = 10n * MINUTE;
export const HELD = 10;

type Step = Pick<ClockStep, "before" | "after">;

/** Watches the times of records that follow each other. */
export class SteadyClock {
  /** The last `HELD + 1` times, as a ring. */
  readonly #times: Ticks[] = [];
  #next = 0;

  /** @returns the step that is certain with this record: `HELD - 1` records before it */
  add(time: Ticks): Step | undefined {
    this.#times[this.#next] = time;
    this.#next = this.#next === HELD ? 0 : this.#next + 1;
    return this.#times.length <= HELD ? undefined : stepOf((index) => this.#times[(this.#next + index) % (HELD + 1)]);
  }

  /** The last times, at most `HELD + 1`, in order. */
  last(): readonly Ticks[] {
    if (this.#times.length <= HELD) return this.#times;
    return [...this.#times.slice(this.#next), ...this.#times.slice(0, this.#next)];
  }
}

/** The steps that are told by records on both sides of where two spans meet, right behind `lastId`. */
export function* stepsAround(
  lastId: bigint,
  timeAt: (id: bigint) => Ticks | undefined,
): Generator<Step & { readonly recordId: bigint }> {
  for (let recordId = lastId - BigInt(HELD) + 1n; recordId <= lastId + 1n; recordId++) {
    const step = stepOf((index) => timeAt(recordId - 1n + BigInt(index)));
    if (step !== undefined) yield { recordId, ...step };
  }
}

/** Whether the time drops from the first to the second, and stays so for all `HELD`. */
function stepOf(timeAt: (index: number) => Ticks | undefined): Step | undefined {
  const before = timeAt(0);
  const after = timeAt(1);
  if (before === undefined || after === undefined) return undefined;
  const bound = before - TOLERANCE;
  if (after >= bound) return undefined;
  for (let index = 2; index <= HELD; index++) if ((timeAt(index) ?? bound) >= bound) return undefined;
  return { before, after };
}
