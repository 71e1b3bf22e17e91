import { readdir } from "node:fs/promises";
import { webhookName } from "../../alerts/webhook.ts";
import { UserError } from "../../model/user-error.ts";
import { loadRules } from "../../rules/load.ts";
import { placeholdersOf } from "../../rules/operator-lists.ts";
import { type ClickHouseServer, openStore } from "../../storage/store.ts";
import type { Config } from "../config.ts";
import { rulePaths } from "../rule-options.ts";
import { findFree, findReadable, findWritable, reachServer } from "./reach.ts";

/** What one check came to. `detail` says what was found, or what is wrong and what to do. */
export interface Outcome {
  readonly works: boolean;
  readonly detail: string;
}

export interface Check {
  readonly what: string;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
}

/** Longer than the servers' clients wait by themselves; what still hangs then is not going to answer. */
const PATIENCE = 30_000;

/** Tries something that gives the detail, or throws with it. */
export function check(what: string, attempt: () => Promise<string>): Check {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new UserError(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
  const outcome = Promise.race([attempt(), tooLate]).then(
    (detail) => ({ works: true, detail }),
    (error: unknown) => ({ works: false, detail: error instanceof Error ? error.message : String(error) }),
  );
  return { what, outcome: outcome.finally(() => clearTimeout(timer)) };
}

/** Everything that a configuration names, tried all at once, in the order of docs/configuration.md. */
export function checksOf(config: Config): readonly Check[] {
  const { clickhouse, ingest, alerts, http } = config;
  return [
    check("rules", async () => tryRules(config)),
    "folder" in clickhouse
      ? check("store", () => tryFolder(clickhouse.folder))
      : check("clickhouse", () => tryServer(clickhouse)),
    ...ingest.paths.map((path) => check(`ingest ${path}`, () => findReadable(path))),
    ...(ingest.paths.length > 0 ? [check("ingest.state", () => findWritable(ingest.state))] : []),
    ...alerts.webhooks.map((webhook) => check(`webhook ${webhookName(webhook)}`, () => reachServer(webhook.url))),
    check(`http ${http.listen.host}:${http.listen.port}`, () => findFree(http.listen)),
  ];
}

function tryRules({ rules, mustStayOff, ownRoots }: Config): string {
  const paths = rulePaths({ rules: rules.paths, builtin: rules.builtin });
  const { detections, sequences, refused } = loadRules(paths, {
    placeholders: placeholdersOf({ mustStayOff, ownRoots }),
  });
  const [first] = refused;
  if (first !== undefined)
    throw new UserError(
      `${refused.length} refused; the first is ${first.place.file}:${first.place.line}: ${first.reason} ("rootcause rules list" has all)`,
    );
  return `${detections.length} detections, ${sequences.length} sequences`;
}

async function tryFolder(folder: string): Promise<string> {
  const content = await readdir(folder).catch(() => []);
  // Opening would make the store.
  if (content.length === 0) return findWritable(folder);
  await (await openStore(folder)).close();
  return folder;
}

async function tryServer(server: ClickHouseServer): Promise<string> {
  await (await openStore(server)).close();
  return `${server.url}, database ${server.database}`;
}
