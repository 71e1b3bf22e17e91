/** Windows takes these for one another at the beginning of an option: hyphen, slash, en dash, em dash, horizontal bar. */
const DASHES = ["-", "/", "–", "—", "―"] as const;
const AT_OPTION = /(?<![\p{L}\p{N}_])[-/–—―](?=[\p{L}\p{N}_])/gu;

/** More dashes than any honest value has; five to the power of these are the variants. */
const MAX_DASHES = 4;

/**
 * Modifier `windash`: the value with every combination of dashes where an option begins, that is before a letter or digit and not after one.
 * Undefined when there are too many to combine.
 */
export function windashVariants(value: string): readonly string[] | undefined {
  const starts = [...value.matchAll(AT_OPTION)].map((match) => match.index);
  if (starts.length > MAX_DASHES) return undefined;
  return starts.reduce<readonly string[]>(
    (variants, at) => variants.flatMap((one) => DASHES.map((dash) => one.slice(0, at) + dash + one.slice(at + 1))),
    [value],
  );
}
