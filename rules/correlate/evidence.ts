import type { Detection } from "../../model/detection.ts";
import type { EvidenceEvent } from "../../model/incident.ts";

/** A detection as an incident names it. */
export function evidenceEvent({ id, rule, event, fields }: Detection): EvidenceEvent {
  return { detectionId: id, ruleName: rule.name, ruleTitle: rule.title, event, fields };
}
