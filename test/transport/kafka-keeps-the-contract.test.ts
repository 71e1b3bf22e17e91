import { describe } from "vitest";
import { kafkaTransport } from "../../transport/kafka.ts";
import { kafkaForTests } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";
import { keepsTheContract } from "./contract.ts";

const kafka = await kafkaForTests();

describe.runIf(kafka)("Kafka", { timeout: 120_000 }, () => {
  const options = { brokers: [kafka ?? ""], clientId: "tests" };
  keepsTheContract({ open: () => kafkaTransport(options), topic: () => newTopic(options) });
});
