import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { setupTopics } from "../../transport/kafka.ts";
import { rootcause } from "../cli/run.ts";
import { kafkaForTests, uniqueName } from "../kafka/for-tests.ts";
import { newFolder } from "./folder.ts";

async function checked(brokers: readonly string[], prefix: string) {
  const folder = await newFolder();
  const topics = ["detections", "incidents", "deadletter"].map((name) => `${name}: ${prefix}.${name}`).join(", ");
  await writeFile(
    join(folder, "rootcause.yml"),
    `kafka: { brokers: ${JSON.stringify(brokers)}, topics: { events: [${prefix}.events], ${topics} } }\nhttp: { listen: 127.0.0.1:0 }\n`,
  );
  const { code, out } = await rootcause(folder, "config", "check");
  return {
    code,
    lines: out
      .split("\n")
      .filter((line) => /^. (kafka|topic)/.test(line))
      .map((line) => line.replace(/ {2,}/, " | ")),
  };
}

const broker = await kafkaForTests();

describe.skipIf(broker === undefined)("a broker", () => {
  test("is connected to, and each topic looked up", async () => {
    const prefix = uniqueName("checked");
    const wanted = ["events", "detections", "incidents"].map((name) => ({
      topic: `${prefix}.${name}`,
      partitions: 6,
      replication: 1,
      config: {
        "cleanup.policy": name === "events" ? "delete" : "compact",
        "retention.ms": name === "events" ? "86400000" : "604800000",
        "max.message.bytes": "1048588",
        "min.insync.replicas": "1",
      },
    }));
    await setupTopics({ brokers: [broker ?? ""], clientId: "test" }, wanted);
    expect(await checked([broker ?? "", "127.0.0.1:1"], prefix)).toEqual({
      code: 2,
      lines: [
        `✓ kafka ${broker} | connected without TLS, without a login`,
        expect.stringMatching(/^✗ kafka 127\.0\.0\.1:1 \| .*nobody answers there/),
        `✓ topic ${prefix}.events | 6 partitions (message.timestamp.type is CreateTime, LogAppendTime would be made; retention.ms is 86400000, 604800000 would be made)`,
        `✗ topic ${prefix}.detections | it is compacted: Kafka keeps the last message of each key and deletes the others, read or not; set its cleanup.policy to delete`,
        `✓ topic ${prefix}.incidents | 6 partitions`,
        expect.stringMatching(`^✗ topic ${prefix}.deadletter \\| .*there is no topic .*rootcause setup`),
      ],
    });
  });
});

test("where there is none, that is said once", async () => {
  const { code, lines } = await checked(["127.0.0.1:1"], "x");
  expect(code).toBe(2);
  expect(lines[0]).toMatch(/^✗ kafka 127\.0\.0\.1:1 \| .*nobody answers there/);
  expect(lines.slice(1)).toEqual(
    ["events", "detections", "incidents", "deadletter"].map((name) =>
      expect.stringMatching(`^✗ topic x\\.${name} \\| not looked up, for no broker is reached$`),
    ),
  );
});
