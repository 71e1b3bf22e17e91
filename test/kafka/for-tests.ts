import { inject } from "vitest";
import { missingForKafka } from "./distribution.ts";

/**
 * host:port of the broker that all tests share (so name topics uniquely), or undefined when Kafka cannot run here: then skip, which this has said
 * loudly. `ROOTCAUSE_TEST_KAFKA=host:port` names another broker; with `ROOTCAUSE_REQUIRE_KAFKA=1` there is no skipping.
 */
export async function kafkaForTests(): Promise<string | undefined> {
  const given = process.env.ROOTCAUSE_TEST_KAFKA;
  if (given) return given;
  if (!(await canStartKafka())) return undefined;
  const response = await fetch(inject("kafkaStarter"));
  if (!response.ok) throw new Error(await response.text());
  return await response.text();
}

/** Whether a test may start a broker of its own. */
export async function canStartKafka(): Promise<boolean> {
  const missing = await missingForKafka();
  if (missing === undefined) return true;
  const line = `Kafka tests skipped: ${missing} is missing. Install it, or name a broker with ROOTCAUSE_TEST_KAFKA=host:port.`;
  if (process.env.ROOTCAUSE_REQUIRE_KAFKA) throw new Error(line);
  console.warn(line);
  return false;
}

/** A name that no other test uses: for a topic or a group. */
export function uniqueName(what: string): string {
  return `${what}-${crypto.randomUUID().slice(0, 8)}`;
}
