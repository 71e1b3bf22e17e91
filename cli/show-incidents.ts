import { stderr, stdout } from "node:process";
import type { Incident } from "../model/incident.ts";
import { gapsTouching, type LogGap } from "../model/log-gap.ts";
import { UserError } from "../model/user-error.ts";
import { getIncident, listIncidents } from "../storage/incidents.ts";
import { readLogGaps } from "../storage/log-gaps.ts";
import { isStore, openStore, type Store } from "../storage/store.ts";
import type { Format } from "./report/format.ts";
import { lookOf } from "./report/look.ts";
import { formatReport } from "./report/report.ts";
import { timeline } from "./report/timeline.ts";
import { worstFirst } from "./report/worst-first.ts";
import { type StoreChoice, storeTarget } from "./store-target.ts";
import { writeOut } from "./write-out.ts";

/** Runs `rootcause incidents [ID]`. */
export async function showIncidents(id: string | undefined, choice: StoreChoice, format: Format): Promise<void> {
  const target = await storeTarget(choice);
  if ("folder" in target && !(await isStore(target.folder)))
    throw new UserError(
      `There is no store at ${target.folder}: run "rootcause scan PATH" first, or name one with --store.`,
    );
  const store = await openStore(target);
  try {
    if (id === undefined) await showAll(store, format);
    else await showOne(store, id, format);
  } finally {
    await store.close();
  }
}

async function showAll(store: Store, format: Format): Promise<void> {
  const incidents: Incident[] = [];
  for await (const { incident } of listIncidents(store)) incidents.push(incident);
  await print(worstFirst(incidents), await readLogGaps(store), format);
}

async function showOne(store: Store, id: string, format: Format): Promise<void> {
  const { incident, version, withdrawn } = await getIncident(store, id);
  const gaps = gapsTouching(incident, await readLogGaps(store));
  if (format === "table") stdout.write(timeline(incident, gaps, lookOf(stdout)));
  else await print([incident], gaps, format);
  if (withdrawn) stderr.write(`Withdrawn: evidence that came later took this conclusion back (version ${version}).\n`);
}

function print(incidents: readonly Incident[], gaps: readonly LogGap[], format: Format): Promise<void> {
  return writeOut(formatReport({ incidents, gaps, detections: undefined }, format, lookOf(stdout)), stdout);
}
