/** A reason, as errors give it, in one line that is no longer than a person reads. */
export function oneLine(reason: string): string {
  return reason.replace(/\s+/g, " ").slice(0, 500);
}
