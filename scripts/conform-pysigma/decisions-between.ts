/**
 * The decisions by which pySigma comes to something else than we do: as few as it takes. Undefined where they do not tell what the two came to,
 * and then one of the two is not what docs/correlation.md says.
 *
 * @param ours what the engine came to
 * @param theirs what pySigma came to
 * @param predict what is to be come to with these decisions taken as pySigma takes them, and the others as we do
 */
export function decisionsBetween<D extends string>(
  ours: string,
  theirs: string,
  decisions: readonly D[],
  predict: (theirs: ReadonlySet<D>) => string,
): readonly D[] | undefined {
  let needed: ReadonlySet<D> = new Set(decisions);
  if (predict(new Set()) !== ours || predict(needed) !== theirs) return undefined;
  if (ours === theirs) return [];
  for (const decision of decisions) {
    const fewer = new Set([...needed].filter((one) => one !== decision));
    if (predict(fewer) === theirs) needed = fewer;
  }
  return [...needed];
}
