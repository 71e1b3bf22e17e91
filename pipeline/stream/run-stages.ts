import type { Ticks } from "../../model/ticks.ts";
import type { RuleSet } from "../../rules/load.ts";
import type { Handler, Subscription } from "../../transport/transport.ts";
import type { FileDamage } from "../damage-report.ts";
import { followEvents } from "../ingest-follow.ts";
import { type AlertSettings, alertsStage } from "./alerts-stage.ts";
import type { StageContext } from "./context.ts";
import { correlateStage } from "./correlate-stage.ts";
import type { DetectSettings } from "./detect-messages.ts";
import { detectStage } from "./detect-stage.ts";
import type { StageName, Watch } from "./watch.ts";

export interface StagesSettings {
  readonly stages: readonly StageName[];
  /** Prefix of the consumer groups: `rootcause` gives `rootcause-detect` and so on. */
  readonly group: string;
  readonly rules: RuleSet;
  readonly detect: Omit<DetectSettings, "lateness">;
  /** How long after an event of a log others of before it may still come: absence waits for them, and what comes later is counted as late. */
  readonly lateness: Ticks;
  readonly alerts: AlertSettings;
  readonly ingest: {
    /** EVTX logs, and folders of them, that are followed as they grow. */
    readonly paths: readonly string[];
    /** Folder of the bookmark. */
    readonly state: string;
    /** ms from one look at the logs to the next. */
    readonly interval: number;
  };
}

/** Stages that run until they are closed. */
export interface RunningStages {
  /** Rejects when one cannot go on and will not recover by itself. */
  readonly ended: Promise<void>;
  /** For each partition that this process has, how many messages wait. */
  lag(): ReturnType<Subscription["lag"]>;
  /** Lets each finish what it is handling. */
  close(): Promise<void>;
}

/** Starts the asked-for stages, each as a member of its consumer group; those that read what others write come first. */
export async function startStages(context: StageContext, settings: StagesSettings): Promise<RunningStages> {
  const { transport, publisher, topics, watch } = context;
  const { group, rules, stages, ingest: ingestSettings } = settings;
  const partitions = await transport.partitions(topics.detections);
  const running: Subscription[] = [];
  const start = async (stage: StageName, from: readonly string[], make: () => Handler, minBytes = 1) => {
    if (!stages.includes(stage)) return;
    const handler = watched(stage, make(), watch);
    running.push(await transport.subscribe({ groupId: `${group}-${stage}`, topics: from, handler, minBytes }));
  };
  const correlate = stages.includes("correlate")
    ? correlateStage(context, rules, partitions, settings.lateness)
    : undefined;
  const stopIngest = new AbortController();
  let ingest: Promise<unknown> | undefined;
  const close = async () => {
    // Who writes stops before who reads it: on queues in one process the one waits for the other.
    stopIngest.abort();
    await ingest?.catch(() => undefined);
    for (const subscription of running.toReversed()) await subscription.close();
    correlate?.[Symbol.dispose]();
  };
  try {
    await start("alerts", [topics.incidents], () => alertsStage(context, settings.alerts));
    if (correlate !== undefined) await start("correlate", [topics.detections], () => correlate);
    const detect = () => detectStage(context, rules, { ...settings.detect, lateness: settings.lateness }, partitions);
    await start("detect", topics.events, detect, DETECT_BYTES);
  } catch (error) {
    await close();
    throw error;
  }
  if (stages.includes("ingest")) {
    const onDamage = (damage: readonly FileDamage[]) => {
      for (const file of damage) watch.unreadable(file);
    };
    const { paths, ...settings } = { ...ingestSettings, signal: stopIngest.signal, onDamage };
    ingest = followEvents(paths, publisher, topics.events[0] ?? "", settings);
  }
  return {
    ended: Promise.race([...running.map(({ ended }) => ended), Promise.resolve(ingest ?? NEVER).then(() => undefined)]),
    lag: () => running.flatMap((subscription) => subscription.lag()),
    close,
  };
}

/** Each batch is two inserts at least, which cost the store some ten milliseconds however few their rows. */
const DETECT_BYTES = 100_000;

const NEVER = new Promise<never>(() => undefined);

const ASSIGNMENT = "assignment";

/** The same handler, its batches timed and its failures told. */
function watched(stage: StageName, handler: Handler, watch: Watch): Handler {
  return {
    ...handler,
    assigned: async (partitions) => {
      try {
        await handler.assigned?.(partitions);
      } catch (error) {
        watch.failed(stage, error, ASSIGNMENT);
        throw error;
      }
      watch.recovered(stage, ASSIGNMENT);
    },
    revoked: (partitions) => {
      watch.released(stage);
      handler.revoked?.(partitions);
    },
    batch: async (batch, signal) => {
      const began = performance.now();
      const which = `${batch.topic} ${batch.partition} ${batch.first}`;
      const told = async <T>(work: () => Promise<T>) => {
        try {
          return await work();
        } catch (error) {
          if (!signal.aborted) watch.failed(stage, error, which);
          throw error;
        }
      };
      const finish = await told(() => handler.batch(batch, signal));
      return async () => {
        if (finish !== undefined) await told(finish);
        watch.batch(stage, (performance.now() - began) / 1000, which);
      };
    },
  };
}
