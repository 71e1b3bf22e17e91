import { UserError } from "../model/user-error.ts";
import type { KafkaConfig } from "./config/kafka.ts";
import { readConfig } from "./config.ts";

/** Where the dead letters are. @throws UserError when the configuration has no Kafka */
export async function kafkaOfLetters(file: string | undefined): Promise<KafkaConfig> {
  const { kafka } = await readConfig(file);
  if (kafka !== undefined) return kafka;
  throw new UserError(
    "The configuration has no kafka section: without Kafka there is no dead-letter topic; what could not be read is in the log and the metrics.",
  );
}

/** `1 letter`, `1,234 letters`. */
export function letters(count: number): string {
  return `${count.toLocaleString("en-US")} letter${count === 1 ? "" : "s"}`;
}
