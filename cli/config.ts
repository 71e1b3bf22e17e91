import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FormatName } from "../ingest/shippers/formats.ts";
import type { Level } from "../model/detection.ts";
import { UserError } from "../model/user-error.ts";
import { STAGES, type StageName } from "../pipeline/stream/watch.ts";
import type { Placeholders } from "../rules/sigma/expand.ts";
import type { StoreTarget } from "../storage/store.ts";
import { parseYaml } from "./config/document.ts";
import type { KafkaConfig } from "./config/kafka.ts";
import { configSchema, type LOG_FORMATS, type LOG_LEVELS } from "./config/schema.ts";
import type { Listen } from "./config/values.ts";

/** The file that is read where --config names no other. */
export const CONFIG_FILE = "rootcause.yml";

/** The store's folder where none is named. */
const STORE_FOLDER = "rootcause-data";

/** What `rootcause.yml` says, with defaults in place, paths joined with its folder, and secrets read (docs/configuration.md). */
export interface Config {
  /** SHA-1 thumbprints, in capitals, of roots that must stay off. */
  readonly mustStayOff: readonly string[];
  /** The same of roots that this fleet's own certificates come from. */
  readonly ownRoots: readonly string[];
  readonly rules: {
    /** Files and folders of rules beside the built-in ones. */
    readonly paths: readonly string[];
    readonly builtin: boolean;
    /** What stands for `%name%` in values with the modifier `expand`. */
    readonly expand: Placeholders;
  };
  /** Where what is found is kept: a server, or the embedded store in a folder. */
  readonly clickhouse: StoreTarget;
  /** Undefined: queues in the process instead. */
  readonly kafka: KafkaConfig | undefined;
  readonly events: {
    /** Whether all events are kept, not only what was found in them. */
    readonly store: boolean;
    /** Undefined: told from each message. */
    readonly format: FormatName | undefined;
  };
  readonly ingest: {
    readonly paths: readonly string[];
    /** The folder of the bookmarks. */
    readonly state: string;
    /** How long to wait before looking again, in ms. */
    readonly interval: number;
  };
  /** How late a forwarder may deliver, in ms. */
  readonly correlate: { readonly lateness: number };
  readonly alerts: {
    /** Incidents below this severity are not sent. */
    readonly minimum: Level;
    readonly webhooks: readonly Webhook[];
  };
  /** Where metrics and health are served. */
  readonly http: { readonly listen: Listen };
  /** In the order of `STAGES`; `ingest` only where `ingest.paths` names something. */
  readonly stages: readonly StageName[];
  readonly log: LogConfig;
}

export interface Webhook {
  readonly url: string;
  /** The header of that name. */
  readonly authorization?: string;
}

export interface LogConfig {
  readonly level: (typeof LOG_LEVELS)[number];
  /** `auto`: for a person where standard error is a terminal, JSON otherwise. */
  readonly format: (typeof LOG_FORMATS)[number];
}

/**
 * Reads `rootcause.yml`:
 *
 *     roots:
 *       mustStayOff:
 *         - 2796BAE63F1801E277261BA0D77770028F20EEE4
 *     kafka:
 *       brokers: [kafka-1.example:9092]
 *
 * @param file undefined for the one in the current folder, if there is one.
 * @throws UserError that names the file, the line and the key; also when a secret cannot be had
 */
export function readConfig(file: string | undefined): Promise<Config> {
  return read(file, true);
}

/** What the rules come from. */
export type RuleConfig = Pick<Config, "rules" | "mustStayOff" | "ownRoots">;

/** The same for a command that connects to nothing: secrets need not be there. */
export async function readRules(file: string | undefined): Promise<RuleConfig> {
  const { rules, mustStayOff, ownRoots } = await read(file, false);
  return { rules, mustStayOff, ownRoots };
}

/** Where what is found is kept. Of secrets only a server's need be there. */
export async function readStore(file: string | undefined): Promise<Config["clickhouse"]> {
  const { clickhouse } = await read(file, false);
  return "folder" in clickhouse ? clickhouse : (await read(file, true)).clickhouse;
}

/** The folder of the embedded store, also where the configuration names a server, which may be the one that is to serve it. */
export async function readStoreFolder(file: string | undefined): Promise<string> {
  const { clickhouse } = await read(file, false);
  return "folder" in clickhouse ? clickhouse.folder : join(dirname(file ?? CONFIG_FILE), STORE_FOLDER);
}

async function read(file: string | undefined, withSecrets: boolean): Promise<Config> {
  const path = file ?? CONFIG_FILE;
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === "ENOENT") return "";
    throw new UserError(`Cannot read the configuration ${path} (${error.message}).`);
  });
  const folder = dirname(path);
  const given = parseYaml(text, path, configSchema({ folder, withSecrets }));
  const { rules, ingest, alerts, http, log } = given;
  const stages = given.stages ?? STAGES.filter((stage) => stage !== "ingest" || ingest.paths.length > 0);
  return {
    mustStayOff: given.roots.mustStayOff.flat(),
    ownRoots: given.roots.own.flat(),
    rules: { ...rules, expand: new Map(Object.entries(rules.expand)) },
    clickhouse: given.clickhouse ?? { folder: given.store ?? join(folder, STORE_FOLDER) },
    kafka: given.kafka,
    events: { store: given.events.store, format: given.events.format === "auto" ? undefined : given.events.format },
    ingest,
    correlate: given.correlate,
    alerts,
    http,
    stages: STAGES.filter((stage) => stages.includes(stage)),
    log,
  };
}
