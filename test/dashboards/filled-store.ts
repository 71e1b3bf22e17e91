import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logGap } from "../../model/log-gap.ts";
import { HOUR, ticksFromIso } from "../../model/ticks.ts";
import { scan } from "../../pipeline/scan.ts";
import { placeholdersOf } from "../../rules/operator-lists.ts";
import { simulate } from "../../simulator/simulate.ts";
import type { Truth } from "../../simulator/truth.ts";
import { reconcileLogGaps } from "../../storage/log-gaps.ts";
import { openStore, type Store } from "../../storage/store.ts";
import { scanOptions } from "../pipeline/scan-options.ts";

export interface FilledStore {
  readonly store: Store;
  readonly truth: Truth;
  close(): Promise<void>;
}

/** A small simulated fleet, scanned; its logs have no gap, so one is put beside each failure. */
export async function filledStore(): Promise<FilledStore> {
  const folder = mkdtempSync(join(tmpdir(), "rootcause-dashboards-"));
  const fleet = join(folder, "fleet");
  const truth = await simulate({
    out: fleet,
    hosts: 4,
    days: 28,
    scenarios: ["root-return", "root-return-resolved", "armed", "updates-off"],
  });
  await scan(
    scanOptions([fleet], {
      store: join(folder, "store"),
      placeholders: placeholdersOf({ ...truth.config, ownRoots: [] }),
    }),
  );
  const store = await openStore(join(folder, "store"));
  const gaps = truth.incidents.flatMap(({ computer, failing }) => {
    const from = ticksFromIso(failing ?? "");
    return from === undefined
      ? []
      : [
          logGap({
            kind: "missing",
            computer,
            channel: "Security",
            from,
            to: from + HOUR,
            missing: 340n,
            recordId: 1n,
          }),
        ];
  });
  await reconcileLogGaps(store, ["missing"], gaps);
  const close = async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { store, truth, close };
}
