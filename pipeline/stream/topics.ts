/** What the topics are called (DESIGN: `rootcause.events` and so on). */
export interface Topics {
  /** Where events come from: our own topic, or those that shippers fill. */
  readonly events: readonly string[];
  /** One detection a message (`schema/output.schema.json`), keyed by the group of the sequence that it takes part in. */
  readonly detections: string;
  /** The newest version of an incident, keyed by its id. */
  readonly incidents: string;
  /** Messages that could not be read, as they came, with the reason in headers. */
  readonly deadletter: string;
}

export const DEFAULT_TOPICS: Topics = {
  events: ["rootcause.events"],
  detections: "rootcause.detections",
  incidents: "rootcause.incidents",
  deadletter: "rootcause.deadletter",
};
