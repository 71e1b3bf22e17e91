import type { Placeholders } from "./sigma/expand.ts";

/** What the operator knows and no log says: SHA-1 thumbprints in capital hex. */
export interface OperatorLists {
  /** Roots that must stay off. */
  readonly mustStayOff: readonly string[];
  /** Authorities of the machines' own certificates. */
  readonly ownRoots: readonly string[];
}

/** What stands for `%must_stay_off%` and `%own_roots%` in rules; a rule whose list is empty is inactive. */
export function placeholdersOf({ mustStayOff, ownRoots }: OperatorLists): Placeholders {
  return new Map([
    ["must_stay_off", mustStayOff],
    ["own_roots", ownRoots],
  ]);
}

/** The rules that need a list are inactive. */
export const WITHOUT_LISTS = placeholdersOf({ mustStayOff: [], ownRoots: [] });
