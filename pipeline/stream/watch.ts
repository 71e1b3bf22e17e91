import type { Outcome } from "../../alerts/webhook.ts";
import type { Level } from "../../model/detection.ts";
import type { Ticks } from "../../model/ticks.ts";
import type { FileDamage } from "../damage-report.ts";

/** Where the stages say what they do: counted as metrics, and what a person must know is logged. */
export interface Watch {
  /** A batch of events; `late` of them came after much newer ones of their partition. */
  events(count: number, newest: Ticks | undefined, late: number): void;
  detection(rule: string, level: Level): void;
  incidents(change: "opened" | "changed" | "withdrawn", count: number): void;
  /** Of how many detections there is only the count, now. */
  folded(count: number): void;
  deadLetter(kind: string): void;
  /** Of a log that is followed, something could not be read. */
  unreadable(file: FileDamage): void;
  alert(outcome: Outcome): void;
  /** This batch (see `failed`) was handled. */
  batch(stage: StageName, seconds: number, what: string): void;
  /** What had failed is done. */
  recovered(stage: StageName, what: string): void;
  /** Something failed and is tried again: a batch, say, or to take partitions over. Called at each try; said once. */
  failed(stage: StageName, error: unknown, what: string): void;
  /** The stage has lost its partitions: what failed of them is another's. */
  released(stage: StageName): void;
}

export const STAGES = ["ingest", "detect", "correlate", "alerts"] as const;
export type StageName = (typeof STAGES)[number];
