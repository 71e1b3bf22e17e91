import { isAtLeast, type Level } from "../model/detection.ts";
import { identityOf } from "../model/identity.ts";
import type { IncidentOutput, WithdrawnOutput } from "../output/schema.ts";

/** What is sent of an incident, once for each state and severity that it comes to. */
export interface Alert {
  readonly kind: "alert";
  /** hash(incident id, state, severity): the same alert, however often it is sent. */
  readonly id: string;
  readonly incident: IncidentOutput | WithdrawnOutput;
}

/** The alert that an incident is worth now; undefined for none. `wasSent`: whether any was sent of it before, so that its end is news. */
export function alertOf(
  incident: IncidentOutput | WithdrawnOutput,
  minimum: Level,
  wasSent: boolean,
): Alert | undefined {
  const alert = (state: string, severity: string): Alert => ({
    kind: "alert",
    id: identityOf([incident.id, state, severity]),
    incident,
  });
  if (incident.kind === "withdrawn") return wasSent ? alert("withdrawn", "") : undefined;
  const { state, severity } = incident;
  const isNews = isAtLeast(severity, minimum) || (state === "resolved" && wasSent);
  return isNews ? alert(state, severity) : undefined;
}
