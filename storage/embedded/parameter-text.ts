/** A value as ClickHouse reads it from `param_name`, as the client writes it for a server: text escaped, lists in brackets, their texts quoted. */
export function parameterText(value: unknown): string {
  return typeof value === "string" ? escaped(value) : inList(value);
}

function inList(value: unknown): string {
  if (typeof value === "string") return `'${escaped(value)}'`;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (Array.isArray(value)) return `[${value.map(inList).join(",")}]`;
  throw new Error(`No query parameter can be ${value === null ? "null" : typeof value}.`);
}

function escaped(text: string): string {
  return text.replace(/[\t\n\r'\\\0]/g, (found) => ESCAPES[found] ?? found);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "'": "\\'",
  "\\": "\\\\",
  "\0": "\\0",
};
