import type { Placeholders } from "./sigma/expand.ts";

/** What the operator knows and no log says. */
export interface OperatorLists {
  /** SHA-1 thumbprints, in capital hex, of roots that must stay off. */
  readonly mustStayOff: readonly string[];
  /** The same of the authorities of the machines' own certificates. */
  readonly ownRoots: readonly string[];
  /** Lists for the operator's own rules: what stands for `%name%`. */
  readonly expand?: Placeholders;
}

/** The lists of roots have these names in rules. */
export const ROOT_LISTS = ["must_stay_off", "own_roots"] as const;

/** What stands for `%must_stay_off%`, `%own_roots%` and the operator's own names in rules; a rule whose list is empty is inactive. */
export function placeholdersOf({ mustStayOff, ownRoots, expand = new Map() }: OperatorLists): Placeholders {
  const [off, own] = ROOT_LISTS;
  return new Map([...expand, [off, mustStayOff], [own, ownRoots]]);
}

/** The rules that need a list are inactive. */
export const WITHOUT_LISTS = placeholdersOf({ mustStayOff: [], ownRoots: [] });
