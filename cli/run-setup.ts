import { stdout } from "node:process";
import { openStore } from "../storage/store.ts";
import { setupTopics, type TopicReport } from "../transport/kafka.ts";
import { differenceWords, wantedTopics } from "./config/wanted-topics.ts";
import { type Config, readConfig } from "./config.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { SetupOptions } from "./setup.ts";

/** Makes what is missing, says what is there. */
export async function runSetup(options: SetupOptions): Promise<ExitCode> {
  const config = await readConfig(options.config);
  if (config.kafka === undefined)
    stdout.write(
      "There are no topics to make: the configuration has no kafka section, and the stages pass on in one process.\n",
    );
  else
    for (const report of await setupTopics(config.kafka.connection, wantedTopics(config.kafka)))
      stdout.write(`${reportLine(report)}\n`);
  await setupStore(config);
  return EXIT.ok;
}

async function setupStore({ clickhouse }: Config): Promise<void> {
  if ("folder" in clickhouse) return;
  const store = await openStore(clickhouse);
  await store.close();
  stdout.write(`ClickHouse ${clickhouse.url}: the tables of ${clickhouse.database} are there\n`);
}

function reportLine({ topic, state, differences }: TopicReport): string {
  const said = { created: "created", exists: "exists", differs: "exists, and differs" }[state];
  const how = differenceWords(differences);
  return `topic ${topic}: ${said}${how === "" ? "" : ` (${how})`}`;
}
