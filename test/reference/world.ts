import type { Ticks } from "../../model/ticks.ts";
import type { CaseEvent, PlainCorrelation } from "./correlation.ts";
import type { Decision } from "./decisions.ts";
import type { Hit } from "./hits.ts";

/** What a correlation counts: a hit, or an incident of an inner correlation at one of the moments when it is there. */
export interface Item {
  readonly rule: string;
  readonly time: Ticks;
  /** The same for one incident at all of its moments. */
  readonly identity: string;
  readonly hits: readonly Hit[];
  /** That of a hit; the incident of an inner correlation is none. */
  readonly event: CaseEvent | undefined;
  readonly fieldOf: (field: string) => string | undefined;
}

export interface Window {
  readonly start: Ticks;
  readonly end: Ticks;
}

/** Of one computer and channel, of which some event has come. */
export interface Log {
  readonly computer: string;
  readonly channel: string;
  readonly seenUntil: Ticks;
}

/** What correlations are looked at in. */
export interface World {
  readonly rules: ReadonlyMap<string, PlainCorrelation>;
  /** Detection rule → the channel in which its events stand; undefined where that is any. */
  readonly channels: ReadonlyMap<string, string | undefined>;
  readonly logs: readonly Log[];
  /** Decisions that are taken as pySigma takes them. */
  readonly theirs: ReadonlySet<Decision>;
}
