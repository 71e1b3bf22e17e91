/**
 * What a terminal or an editor would act on instead of showing it: control characters (ESC and line breaks among them), halves of surrogate
 * pairs, line separators, and invisible format characters, of which the bidi controls can turn a line's meaning round.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Makes text from a log safe and honest to show: each such character becomes visible, `\u001b`. Inside a JSON text the result is the same JSON.
 *
 *     visible("a\u001b[31mb") // "a\\u001b[31mb"
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, (found) =>
    Array.from({ length: found.length }, (_, unit) => escapeUnit(found, unit)).join(""),
  );
}

function escapeUnit(text: string, unit: number): string {
  return `\\u${text.charCodeAt(unit).toString(16).padStart(4, "0")}`;
}
