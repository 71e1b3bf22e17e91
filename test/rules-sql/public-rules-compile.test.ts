import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadRules } from "../../rules/load.ts";
import { huntStatement } from "../../rules/sql/hunt.ts";
import { SqlRefusal } from "../../rules/sql/refusal.ts";
import { withLiterals } from "../../rules/sql/values.ts";
import { CORPUS, hasCorpus } from "../corpus.ts";

/** Bytes of a statement that ClickHouse reads unless it is told to read more (`max_query_size`). */
const READ_BY_CLICKHOUSE = 256 << 10;

describe.skipIf(!hasCorpus)("public Sigma rules as SQL", () => {
  test("at least 95 % of the Windows rules compile, each with its twin to one statement that ClickHouse reads", () => {
    const { detections, refused, inactive } = loadRules([join(CORPUS, "sigma-rules")]);
    const rules = [...Map.groupBy(detections, ({ id }) => id).values()];
    const left = rules.flatMap(([...parts]) => {
      try {
        const { length } = Buffer.from(withLiterals(huntStatement(parts, { from: undefined, to: undefined })));
        return length < READ_BY_CLICKHOUSE ? [] : [`${parts[0]?.title}: ${length} bytes`];
      } catch (error) {
        if (error instanceof SqlRefusal) return [`${parts[0]?.title}: ${error.message}`];
        throw error;
      }
    });
    const all = rules.length + refused.length + inactive.filter(({ isForeign }) => !isForeign).length;
    console.info(`${rules.length - left.length} of ${all} rules compile, of ${rules.length} that run`);
    for (const line of left) console.info(`  ${line}`);
    expect(rules.length).toBeGreaterThan(2800);
    expect(rules.length - left.length).toBeGreaterThanOrEqual(0.95 * all);
  }, 60_000);
});
