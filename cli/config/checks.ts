import { readdir } from "node:fs/promises";
import { webhookName } from "../../alerts/webhook.ts";
import { UserError } from "../../model/user-error.ts";
import { loadRules } from "../../rules/load.ts";
import { type ClickHouseServer, HeldError, openStore } from "../../storage/store.ts";
import type { Config } from "../config.ts";
import { configuredRules } from "../rule-options.ts";
import { type Check, check } from "./check.ts";
import { kafkaChecks } from "./kafka-checks.ts";
import { findFree, findReadable, findWritable, isRootcause, reachServer } from "./reach.ts";

/** Everything that a configuration names, tried all at once, in the order of docs/configuration.md. */
export function checksOf(config: Config): readonly Check[] {
  const { clickhouse, kafka, ingest, alerts, http } = config;
  return [
    check("rules", async () => tryRules(config)),
    "folder" in clickhouse
      ? check("store", () => tryFolder(clickhouse.folder, http.listen))
      : check("clickhouse", () => tryServer(clickhouse)),
    ...(kafka === undefined ? [] : kafkaChecks(kafka)),
    ...ingest.paths.map((path) => check(`ingest ${path}`, () => findReadable(path))),
    ...(ingest.paths.length > 0 ? [check("ingest.state", () => findWritable(ingest.state))] : []),
    ...alerts.webhooks.map((webhook) => check(`webhook ${webhookName(webhook)}`, () => reachServer(webhook.url))),
    check(`http ${http.listen.host}:${http.listen.port}`, () => findFree(http.listen)),
  ];
}

function tryRules(config: Config): string {
  const { rulePaths, placeholders } = configuredRules(config);
  const { detections, sequences, correlations, refused } = loadRules(rulePaths, { placeholders });
  const [first] = refused;
  if (first !== undefined)
    throw new UserError(
      `${refused.length} refused; the first is ${first.place.file}:${first.place.line}: ${first.reason} ("rootcause rules check" has all)`,
    );
  // A rule and its twin are one.
  const distinct = new Set(detections.map(({ id }) => id));
  return `${distinct.size} detections, ${sequences.length} sequences${correlations.length === 0 ? "" : `, ${correlations.length} correlations`}`;
}

async function tryFolder(folder: string, listen: Config["http"]["listen"]): Promise<string> {
  const content = await readdir(folder).catch(() => []);
  // Opening would make the store.
  if (content.length === 0) return findWritable(folder);
  try {
    await (await openStore(folder)).close();
    return folder;
  } catch (error) {
    // By the one that runs as it is configured here.
    if (error instanceof HeldError && (await isRootcause(listen))) return `${folder}, which a rootcause holds`;
    throw error;
  }
}

async function tryServer(server: ClickHouseServer): Promise<string> {
  await (await openStore(server)).close();
  return `${server.url}, database ${server.database}`;
}
