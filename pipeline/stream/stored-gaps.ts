import type { Detection } from "../../model/detection.ts";
import type { GapKind } from "../../model/log-gap.ts";
import { RecordSpans } from "../../model/record-spans.ts";
import type { DetectionRule } from "../../rules/sigma/rule.ts";
import { readDetections } from "../../storage/detections.ts";
import { reconcileLogGaps } from "../../storage/log-gaps.ts";
import { readRecordSpans } from "../../storage/record-spans.ts";
import type { Store } from "../../storage/store.ts";
import { findLogGaps, gapRuleNames, tellsOfGap } from "../log-gaps.ts";

/** Kinds that are told from the numbers of records, and those that rules tell. Steps of the clock are found where a log is read as a whole: by `scan`. */
const BY_NUMBERS: readonly GapKind[] = ["missing", "selected"];
const BY_RULES: readonly GapKind[] = ["cleared", "suspended"];

/** Finds the log gaps anew from what the store has of records seen. One whose records have come after all is closed. */
export async function updateStoredGaps(store: Store, rules: readonly DetectionRule[]): Promise<void> {
  const seen = new RecordSpans();
  for (const span of await readRecordSpans(store)) seen.add(span);
  const names = gapRuleNames(rules);
  const marks: Detection[] = [];
  if (names.length > 0)
    for await (const detection of readDetections(store, names)) if (tellsOfGap(detection)) marks.push(detection);
  const kinds = names.length > 0 ? [...BY_NUMBERS, ...BY_RULES] : BY_NUMBERS;
  await reconcileLogGaps(
    store,
    kinds,
    findLogGaps(seen, marks).filter(({ kind }) => kinds.includes(kind)),
  );
}
