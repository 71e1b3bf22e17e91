import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadRules } from "../../rules/load.ts";

const corpus = process.env.ROOTCAUSE_CORPUS ?? join(import.meta.dirname, "../../../shared/corpus");
const folder = join(corpus, "sigma-rules");
const missing = !existsSync(folder);
if (missing) console.warn(`SKIPPED: no public Sigma rules at ${folder}; set ROOTCAUSE_CORPUS to the corpus.`);

describe.skipIf(missing)("public Sigma rules run unchanged", () => {
  test("all Windows rules load; only those whose placeholders nobody has named are refused", () => {
    const { detections, refused, inactive } = loadRules([folder]);
    const counts = Map.groupBy(inactive, ({ reason }) => reason);
    console.info(`${detections.length} load, ${refused.length} are refused, ${inactive.length} are inactive:`);
    for (const [reason, rules] of counts) console.info(`  ${rules.length}: ${reason}`);
    expect(
      refused.map(({ reason }) => reason).filter((reason) => !/placeholder %[\w-]+% is not known/.test(reason)),
    ).toEqual([]);
    expect(refused.length).toBeLessThan(20);
    expect(detections.length).toBeGreaterThan(2800);
    expect(inactive.filter(({ reason }) => reason.startsWith("service"))).toEqual([]);
  }, 60_000);
});
