import type { SequenceRule } from "./sequence-rule.ts";
import type { StandardRule } from "./standard/standard-rule.ts";

/** A rule that concludes incidents from detections. */
export type CorrelationRule = SequenceRule | StandardRule;
