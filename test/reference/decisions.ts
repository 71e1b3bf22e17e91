/** What docs/correlation.md decides and pySigma decides otherwise: the rows of "Where pySigma differs". */
export const DECISIONS = [
  "an upper bound looks ahead",
  "absence waits for a watermark behind the window's end",
  "each branch of an or looks for itself",
  "equal times are in order either way, or by record number",
  "all chains are evidence",
  "an event that two rules match is two detections",
  "an event without the value is no part of it",
  "an empty text is no key and no value",
  "letters beyond ASCII have a case",
  "an incident of an inner correlation is one, within the outer group",
] as const;

export type Decision = (typeof DECISIONS)[number];
