/**
 * Engine = SQL over all the public logs and all the public Windows rules: each event is matched by the engine and stored, each rule is run as SQL, and
 * what only one of them found is printed. Needs the corpus (see CONTRIBUTING.md).
 */
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEvtx } from "../ingest/evtx/file.ts";
import type { WindowsEvent } from "../model/event.ts";
import { loadRules } from "../rules/load.ts";
import { openStore } from "../storage/store.ts";
import { CORPUS } from "../test/corpus.ts";
import { compare } from "../test/rules-sql/agreement.ts";

const SHOWN = 20;

let events = 0;
function* allEvents(): Generator<WindowsEvent> {
  for (const path of globSync(join(CORPUS, "evtx/**/*.evtx")).sort()) {
    using file = openEvtx(path);
    for (const record of file.records(() => undefined)) {
      events++;
      yield record;
    }
  }
}

const { detections } = loadRules([join(CORPUS, "sigma-rules")]);
const folder = await mkdtemp(join(tmpdir(), "rootcause-conform-"));
const store = await openStore(folder);
const { byEngine, bySql, refused, statements } = await compare(store, detections, allEvents());
await store.close();
await rm(folder, { recursive: true });

const only = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>) =>
  [...one].flatMap(([id, line]) => (other.has(id) ? [] : [line]));
const onlyEngine = only(byEngine, bySql);
const onlySql = only(bySql, byEngine);
const compiled = detections.length - refused.length;
const { user, system } = process.cpuUsage();
console.log(
  `${compiled} of ${detections.length} rules compile; ${events} events; ${statements} statements; ${((user + system) / 1e6).toFixed(0)} s of processor time`,
);
console.log(
  `${byEngine.size} detections by the engine, ${bySql.size} by SQL; ${onlyEngine.length} only by the engine, ${onlySql.length} only by SQL`,
);
for (const { rule, reason } of refused.slice(0, SHOWN)) console.log(`  refused: ${rule.title}: ${reason}`);
for (const line of onlyEngine.slice(0, SHOWN)) console.log(`  only the engine: ${line}`);
for (const line of onlySql.slice(0, SHOWN)) console.log(`  only SQL: ${line}`);
process.exitCode = onlyEngine.length + onlySql.length > 0 ? 1 : 0;
