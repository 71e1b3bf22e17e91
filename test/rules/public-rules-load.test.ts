import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { loadRules } from "../../rules/load.ts";
import { CORPUS, hasCorpus } from "../corpus.ts";

const folder = join(CORPUS, "sigma-rules");

describe.skipIf(!hasCorpus)("public Sigma rules run unchanged", () => {
  test("all Windows rules load, and are the same when they come from the cache; only those whose placeholders nobody has named are refused", () => {
    const cache = mkdtempSync(join(tmpdir(), "cache-"));
    vi.stubEnv("XDG_CACHE_HOME", cache);
    const set = loadRules([folder]);
    expect(isDeepStrictEqual(loadRules([folder]), set)).toBe(true);
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
    const { detections, refused, inactive } = set;
    const counts = Map.groupBy(inactive, ({ reason }) => reason);
    console.info(
      `${new Set(detections.map(({ id }) => id)).size} load, ${refused.length} are refused, ${inactive.length} are inactive:`,
    );
    for (const [reason, rules] of counts) console.info(`  ${rules.length}: ${reason}`);
    const unread = [...refused, ...inactive.filter(({ isForeign }) => !isForeign)];
    for (const { place, reason } of unread) console.info(`  ${relative(folder, place.file)}: ${reason}`);
    expect(
      refused.map(({ reason }) => reason).filter((reason) => !/placeholder %[\w-]+% is not known/.test(reason)),
    ).toEqual([]);
    const running = new Set(detections.map(({ id }) => id)).size;
    expect(unread.length).toBeLessThan(running / 100);
    expect(running).toBeGreaterThan(2800);
  }, 60_000);
});
