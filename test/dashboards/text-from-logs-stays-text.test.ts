import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alerts, incident, overview, variables } from "../../dashboards/queries/index.ts";
import { logGap } from "../../model/log-gap.ts";
import { HOUR } from "../../model/ticks.ts";
import { writeCoverage } from "../../storage/coverage.ts";
import { writeDetections } from "../../storage/detections.ts";
import { reconcileLogGaps } from "../../storage/log-gaps.ts";
import { reconcileIncidents } from "../../storage/reconcile-incidents.ts";
import { openStore, type Store } from "../../storage/store.ts";
import { sampleDetection, sampleIncident } from "../storage/samples.ts";
import { ALL, type Panel } from "./grafana-macros.ts";
import { runQuery } from "./run-query.ts";

/** Markup, an escape sequence, a line break, a bidi control, Grafana's and SQL's own characters; and much of it. */
const HOSTILE = `<img src=x onerror=alert(1)>\u001b[31m\r\n\u202e' OR 1=1 -- \\' \${host} $__timeFilter(x) ${"x".repeat(2_000)}`;
const COMPUTER = "evil\\' OR 1=1 -- <b>";
const INNOCENT = "EDGE01.contoso.example";

let folder: string;
let store: Store;
let panel: Panel;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rootcause-hostile-"));
  store = await openStore(join(folder, "store"));
  const sample = sampleDetection(1);
  const event = { ...sample.event, computer: COMPUTER, channel: HOSTILE, provider: HOSTILE };
  const fields = { Alert: HOSTILE, [HOSTILE]: HOSTILE, What: HOSTILE };
  const rule = { ...sample.rule, name: "tls_alert_sent", title: HOSTILE };
  await writeDetections(store, [{ ...sample, rule, event, fields }]);
  await writeCoverage(
    store,
    [COMPUTER, INNOCENT].map((computer) => ({ computer, channel: HOSTILE, first: event.time, last: event.time })),
  );
  const gap = {
    kind: "missing",
    channel: HOSTILE,
    from: event.time,
    to: event.time,
    missing: 1n,
    recordId: 1n,
  } as const;
  await reconcileLogGaps(store, ["missing"], [logGap({ ...gap, computer: COMPUTER })]);
  const hostile = sampleIncident(COMPUTER, {
    state: "failing",
    severity: "critical",
    rule: { id: "sequence-1", name: "sequence", title: HOSTILE, level: "high" },
    title: HOSTILE,
    verdict: HOSTILE,
    advice: HOSTILE,
    evidence: ["armed", "failing"].map((step) => ({
      step,
      role: "step",
      count: 1,
      first: event.time,
      last: event.time,
      events: [{ detectionId: sample.id, ruleName: rule.name, ruleTitle: HOSTILE, event, fields }],
    })),
  });
  const innocent = sampleIncident(INNOCENT, { state: "failing", severity: "high" });
  await reconcileIncidents(store, ["sequence-1"], [hostile, innocent]);
  const at = Number((event.time - 116_444_736_000_000_000n) / 10_000n);
  const hour = Number(HOUR / 10_000n);
  const chosen = { host: ALL, incident: hostile.id };
  panel = { from: new Date(at - hour), to: new Date(at + hour), interval: 60, variables: chosen };
}, 60_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const { hostChoices, ...otherVariables } = variables;
/** All that shows text; the choices of `host` must be the names themselves. */
const SHOWN = Object.entries({ ...overview, ...incident, ...otherVariables, ...alerts });

test.for(SHOWN)("%s shows no character that would act, and no more than can be read", async ([, query]) => {
  const { columns, rows } = await runQuery(store, query, panel);
  expect(columns).toEqual(query.columns);
  expect(rows.length).toBeGreaterThan(query === overview.armedNow || query === alerts.somethingIsArmed ? -1 : 0);
  const texts = rows.flatMap((row) => Object.values(row)).filter((value) => typeof value === "string");
  for (const text of texts) {
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text.length).toBeLessThan(600);
  }
});

test.for([overview.failingRegions, incident.stepRegions])(
  "annotations hold no markup: Grafana shows them as HTML",
  async (query) => {
    const { rows } = await runQuery(store, query, panel);
    const [first] = rows;
    expect(String(first?.text)).toMatch(/^&lt;img src=x onerror=alert\(1\)&gt;/);
    for (const row of rows) expect(JSON.stringify(row)).not.toMatch(/[<>]/);
  },
);

test("a host with a name that is SQL can be chosen like any other", async () => {
  const { rows } = await runQuery(store, hostChoices, panel);
  expect(rows.map(({ host }) => host)).toEqual([INNOCENT, COMPUTER].toSorted());
  const chosen = { ...panel, variables: { ...panel.variables, host: COMPUTER } };
  expect((await runQuery(store, overview.failingNow, chosen)).rows).toHaveLength(1);
  expect((await runQuery(store, overview.hosts, chosen)).rows.map(({ Host }) => Host)).toEqual([COMPUTER]);
  expect((await runQuery(store, overview.failureCount, chosen)).rows).toEqual([{ Failures: "1" }]);
});

test.for(["' OR 1=1 -- ", "\\' OR 1=1 -- ", "x') OR (1=1", "%27 OR 1=1 -- ", "$__all'"])(
  "a host called %j chooses nothing, in a link or typed by hand",
  async (host) => {
    const chosen = { ...panel, variables: { host, incident: host } };
    expect((await runQuery(store, overview.hosts, chosen)).rows).toEqual([]);
    expect((await runQuery(store, overview.failingNow, chosen)).rows).toEqual([]);
    for (const query of Object.values(incident)) expect((await runQuery(store, query, chosen)).rows).toEqual([]);
  },
);

test("whatever a host is called, choosing it finds it and no other", async () => {
  const name = fc.oneof(fc.string({ unit: "binary-ascii" }), fc.string({ unit: "grapheme" }));
  let made = 0;
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const computer = `${++made}${text}`;
      await writeCoverage(store, [{ computer, channel: "System", first: 0n, last: 0n }]);
      const chosen = { ...panel, variables: { ...panel.variables, host: computer } };
      expect((await runQuery(store, overview.behind, chosen)).rows).toHaveLength(1);
    }),
    { numRuns: 30 },
  );
});

test("an incident that was taken back is nowhere", async () => {
  await reconcileIncidents(store, ["sequence-1"], []);
  for (const query of [overview.failingNow, overview.hostStates, overview.failingRegions, alerts.somethingFails])
    expect((await runQuery(store, query, panel)).rows).toEqual([]);
  for (const query of Object.values(incident)) expect((await runQuery(store, query, panel)).rows).toEqual([]);
  expect((await runQuery(store, variables.incidentChoices, panel)).rows).toEqual([]);
});
