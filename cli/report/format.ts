/** How a report is written: for people, as one JSON object, as JSON lines, or for spreadsheets. */
export const FORMATS = ["table", "json", "jsonl", "csv"] as const;
export type Format = (typeof FORMATS)[number];
