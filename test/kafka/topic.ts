import { type KafkaOptions, setupTopics } from "../../transport/kafka.ts";
import { uniqueName } from "./for-tests.ts";

/** Makes a topic that no other test uses. */
export async function newTopic(
  options: KafkaOptions,
  { partitions = 3, config = {} }: { partitions?: number; config?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const topic = uniqueName("topic");
  await setupTopics(options, [{ topic, partitions, replication: 1, config }]);
  return topic;
}
