import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openEvtx } from "../../ingest/evtx/file.ts";
import type { WindowsEvent } from "../../model/event.ts";
import { loadRules } from "../../rules/load.ts";
import { eventFromFields } from "../../rules/sample-event.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import { huntStatement } from "../../rules/sql/hunt.ts";
import { textLiteral } from "../../rules/sql/literal.ts";
import { withLiterals } from "../../rules/sql/values.ts";
import { queryRows } from "../../storage/rows.ts";
import { openStore, type Store } from "../../storage/store.ts";
import { CORPUS, hasCorpus } from "../corpus.ts";
import { compare } from "./agreement.ts";
import { anyEvents, anyRules } from "./arbitraries.ts";

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootcause-sql-"));
  store = await openStore(folder);
}, 60_000);
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const empty = () => store.client.command({ query: "TRUNCATE TABLE events" });

test.skipIf(!hasCorpus)(
  "on public logs, the public rules that match and others beside them: SQL finds the same",
  async () => {
    await empty();
    const { detections } = loadRules(FOLDERS.map((name) => join(CORPUS, "sigma-rules/rules/windows", name)));
    const files = globSync("**/*.evtx", { cwd: join(CORPUS, "evtx") }).sort();
    const sample = files.filter((_, at) => at % 16 === 0).map((file) => join(CORPUS, "evtx", file));
    const matcher = createMatcher(detections);
    const matching = new Set([...eventsOf(sample)].flatMap((event) => matcher.match(event).map(({ id }) => id)));
    const rules = detections.filter(({ id }, at) => matching.has(id) || at % 100 === 0);
    const { byEngine, bySql, refused } = await compare(store, rules, eventsOf(sample));
    expect([...bySql].toSorted()).toEqual([...byEngine].toSorted());
    expect(refused).toEqual([]);
    expect(byEngine.size).toBeGreaterThan(5);
  },
  60_000,
);

/** Some of the rules; `npm run conform:sql` has all. */
const FOLDERS = ["builtin", "powershell", "process_access", "process_creation"];

/** The first records of each file. */
function* eventsOf(files: readonly string[]): Generator<WindowsEvent> {
  for (const path of files) {
    using file = openEvtx(path);
    let left = 300;
    for (const record of file.records(() => undefined)) {
      if (left-- === 0) break;
      yield record;
    }
  }
}

test("whatever the rules and the events: SQL finds the same", async () => {
  await fc.assert(
    fc.asyncProperty(anyRules, anyEvents, async (rules, events) => {
      await empty();
      const { byEngine, bySql, refused } = await compare(store, rules, events.map(eventFromFields));
      expect([...bySql].toSorted()).toEqual([...byEngine].toSorted());
      expect(refused).toEqual([]);
    }),
    { numRuns: 4 },
  );
}, 60_000);

const Found = z.object({ EventRecordID: z.string() });

test("a hunt as it is printed, every value a literal, finds what the same with parameters finds", async () => {
  await fc.assert(
    fc.asyncProperty(anyRules, anyEvents, async ([rule], events) => {
      await empty();
      if (rule === undefined) return;
      await compare(store, [rule], events.map(eventFromFields));
      const statement = huntStatement([rule], { from: undefined, to: undefined });
      const printed = await queryRows(store.client, withLiterals(statement), {}, Found);
      expect(printed).toEqual(await queryRows(store.client, statement.text, statement.values, Found));
    }),
    { numRuns: 8 },
  );
}, 60_000);

test("any text is itself as a literal, and shows nothing that a terminal would act on", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("\\", "'", "\n", "{", "x", "\u202e") }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 50 }), async (texts) => {
      const literals = texts.map(textLiteral);
      expect(literals.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      const [row] = await queryRows(store.client, `SELECT [${literals.join(", ")}] AS texts`, {}, Texts);
      expect(row?.texts).toEqual(texts);
    }),
    { numRuns: 20 },
  );
}, 60_000);

const Texts = z.object({ texts: z.array(z.string()) });
