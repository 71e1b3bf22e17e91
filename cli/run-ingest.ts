import { stderr, stdin } from "node:process";
import { UserError } from "../model/user-error.ts";
import type { FileDamage } from "../pipeline/damage-report.ts";
import { findLogs } from "../pipeline/find-logs.ts";
import { type IngestOptions, type IngestTotals, ingestEvents } from "../pipeline/ingest.ts";
import { followEvents } from "../pipeline/ingest-follow.ts";
import { kafkaTransport } from "../transport/kafka.ts";
import type { Publisher } from "../transport/transport.ts";
import type { KafkaConfig } from "./config/kafka.ts";
import { readConfig } from "./config.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { IngestCliOptions } from "./ingest.ts";
import { Interruption } from "./interruption.ts";
import { ProgressBar } from "./progress.ts";
import { counted } from "./report/count-words.ts";
import { damageLines, lostWords } from "./report/damage-lines.ts";
import { visible } from "./report/visible-text.ts";

/** How long what is under way may take to be acknowledged after Ctrl-C, ms. */
const GRACE = 9_000;

/** Runs `rootcause ingest`. All it prints is for a person, and goes to standard error. */
export async function runIngest(paths: readonly string[], options: IngestCliOptions): Promise<ExitCode> {
  const isPiped = paths.includes("-") || (paths.length === 0 && !stdin.isTTY);
  if (options.follow && (isPiped || paths.length === 0))
    throw new UserError("--follow goes on with EVTX logs: name files of them, or folders.");
  if (paths.length === 0 && !isPiped)
    throw new UserError("There is nothing to ingest: name files or folders, or pipe JSON lines into it.");
  const config = await readConfig(options.config);
  const { kafka } = config;
  if (kafka === undefined)
    throw new UserError(
      "ingest publishes to Kafka, and the configuration has no section kafka: docs/configuration.md has it.",
    );
  using stop = new Interruption();
  const { signal } = stop;
  signal.addEventListener("abort", endAfterGrace);
  if (options.follow) {
    const { state = config.ingest.state, interval } = options;
    const settings = {
      state,
      interval: interval === undefined ? config.ingest.interval : interval * 1000,
      signal,
      onDamage: (damage: readonly FileDamage[]) => stderr.write(damageLines(damage)),
    };
    return followed(await publishing(kafka, (publisher, topic) => followEvents(paths, publisher, topic, settings)));
  }
  // Before connecting: a mistyped path is known at once.
  const files = paths.filter((path) => path !== "-");
  const found = files.length === 0 ? { files: [], damage: [] } : findLogs(files);
  const sources = [...found.files, ...(isPiped ? [{ name: "standard input", stream: stdin }] : [])];
  const bar = new ProgressBar();
  const settings: IngestOptions = {
    format: options.messageFormat,
    signal,
    damage: found.damage,
    onProgress: (progress) => bar.show(progress),
  };
  const published = publishing(kafka, (publisher, topic) => ingestEvents(sources, publisher, topic, settings));
  return ended(await published.finally(() => bar[Symbol.dispose]()));
}

/** To the first topic that events are read from. */
async function publishing(
  { connection, topics }: KafkaConfig,
  publish: (publisher: Publisher, topic: string) => Promise<IngestTotals>,
): Promise<IngestTotals> {
  const [topic = ""] = topics.events;
  const log = (level: string, text: string) => {
    if (level !== "debug") stderr.write(`rootcause: ${visible(text)}\n`);
  };
  const transport = await kafkaTransport({ ...connection, log });
  try {
    return await publish(await transport.publisher(), topic);
  } finally {
    await transport.close();
  }
}

function ended(totals: IngestTotals): ExitCode {
  const { unreadable, isStopped } = totals;
  const lost =
    lostWords(totals.damage, totals.asTheyStand) ??
    (unreadable > 0 ? "none is left out" : "every record could be read");
  stderr.write(
    isStopped
      ? `Stopped before the end: ${published(totals)}. Start it again for the rest; what is published twice is stored once.\n`
      : `${published(totals)}; ${lost}.\n`,
  );
  stderr.write(damageLines(totals.damage));
  if (isStopped) return EXIT.interrupted;
  return unreadable > 0 ? EXIT.unreadable : EXIT.ok;
}

function followed(totals: IngestTotals): ExitCode {
  stderr.write(`Stopped. ${published(totals)}; the next --follow goes on from here.\n${damageLines(totals.damage)}`);
  return totals.unreadable > 0 ? EXIT.unreadable : EXIT.ok;
}

function published({ published, asTheyStand, topic }: IngestTotals): string {
  if (asTheyStand === 0) return `Published ${counted(published, "event")} to ${topic}`;
  return `Published ${counted(published, "message")} to ${topic}, ${asTheyStand.toLocaleString("en-US")} of them as they stand, for no event could be read in them`;
}

/** When the brokers are away, what was not acknowledged is published again at the next start. */
function endAfterGrace(): void {
  setTimeout(() => {
    stderr.write(
      "rootcause: stopped, though the broker has not acknowledged everything: start it again for the rest.\n",
    );
    process.exit(EXIT.interrupted);
  }, GRACE).unref();
}
