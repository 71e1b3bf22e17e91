import { DAY } from "../../model/ticks.ts";
import { issuerListTruncated } from "../events/schannel.ts";
import { rootArrives } from "../life/root-updates.ts";
import { ORDINARY_ROOTS } from "../roots.ts";
import { momentAt, outage, peace, type Scenario } from "./scenario.ts";

/** What the rule calls too many. */
const MANY = 20;

/** So many roots arrive within days that the list of issuers no longer fits into a handshake, and Schannel cuts it off (KB2801679). */
export const issuerList: Scenario = {
  role: "frontEnd",
  plan(stage) {
    const { host, random } = stage;
    const begins = momentAt(stage, 0.35, 0.45);
    const roots = random.sample(ORDINARY_ROOTS, random.int(MANY, ORDINARY_ROOTS.length));
    const moments = roots.map(() => random.moment(begins, begins + 2n * DAY)).sort((a, b) => (a < b ? -1 : 1));
    const armed = moments[MANY - 1] ?? begins;
    const failing = begins + random.moment(3n * DAY, 5n * DAY);
    return {
      ...peace(stage),
      events: [
        ...roots.flatMap((root, index) => rootArrives(host, moments[index] ?? begins, root, random)),
        ...outage({ from: failing, to: stage.span.to }, random, (at) => [issuerListTruncated(host, at)]),
      ],
      limits: {
        ...peace(stage).limits,
        restartsUntil: begins - 7n * DAY,
        rootsUntil: begins,
        withoutRoots: new Set(roots.map(({ thumbprint }) => thumbprint)),
      },
      incident: { rule: "issuer_list_too_long", state: "failing", thumbprints: [], armed, failing },
    };
  },
};
