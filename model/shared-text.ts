/** So many texts are remembered; past them it begins anew, for there is no end to what a log may name. */
const MOST = 10_000;

const texts = new Map<string, string>();

/**
 * The same text, as one string however often it comes: of a name that thousands of events share. Maps find it again by where it is, without comparing
 * characters, and whoever keeps it does not keep the message that it was cut out of.
 */
export function sharedText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST) texts.clear();
  const copy: unknown = JSON.parse(JSON.stringify(text));
  const one = typeof copy === "string" ? copy : text;
  texts.set(one, one);
  return one;
}
