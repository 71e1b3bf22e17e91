import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadRules } from "../../rules/load.ts";
import { CORPUS, hasCorpus } from "../corpus.ts";

const folder = join(CORPUS, "sigma-rules");

describe.skipIf(!hasCorpus)("public Sigma rules run unchanged", () => {
  test("all Windows rules load; only those whose placeholders nobody has named are refused", () => {
    const { detections, refused, inactive } = loadRules([folder]);
    const counts = Map.groupBy(inactive, ({ reason }) => reason);
    console.info(
      `${new Set(detections.map(({ id }) => id)).size} load, ${refused.length} are refused, ${inactive.length} are inactive:`,
    );
    for (const [reason, rules] of counts) console.info(`  ${rules.length}: ${reason}`);
    expect(
      refused.map(({ reason }) => reason).filter((reason) => !/placeholder %[\w-]+% is not known/.test(reason)),
    ).toEqual([]);
    const unread = [...refused, ...inactive.filter(({ isForeign }) => !isForeign)];
    const running = new Set(detections.map(({ id }) => id)).size;
    expect(unread.length).toBeLessThan(running / 100);
    expect(running).toBeGreaterThan(2800);
  }, 60_000);
});
