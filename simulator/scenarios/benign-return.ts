import { plannedRestart } from "../life/restart.ts";
import { momentAt, peace, type Scenario } from "./scenario.ts";

/** Roots on demand, a restart, and partners that have failed at the same rate for weeks, before and after: nothing to find. */
export const benignReturn: Scenario = {
  role: "edge",
  plan(stage) {
    const { limits } = peace(stage);
    const restart = plannedRestart(stage.host, momentAt(stage, 0.52, 0.68), stage.random);
    return {
      ...peace(stage),
      events: restart.events,
      restarts: [restart],
      limits: {
        ...limits,
        restartsUntil: momentAt(stage, 0.1, 0.3),
        rates: { steadyPeer: stage.random.float(1, 3), badPeers: stage.random.float(0.1, 0.3) },
      },
    };
  },
};
