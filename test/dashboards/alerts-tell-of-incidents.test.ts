import { afterAll, beforeAll, expect, test } from "vitest";
import { alerts } from "../../dashboards/queries/index.ts";
import { type FilledStore, filledStore } from "./filled-store.ts";
import { alertRules, dashboards } from "./rendered.ts";
import { runQuery } from "./run-query.ts";

let filled: FilledStore;
beforeAll(async () => {
  filled = await filledStore();
}, 120_000);
afterAll(() => filled.close());

/** A rule's query over the time that it looks back, at the end of the fleet's logs or later. */
async function evaluate(uid: string, daysLater = 0) {
  const rule = alertRules.find((one) => one.uid === uid);
  const source = rule?.data.find(({ refId }) => refId === "A");
  const query = Object.values(alerts).find(({ sql }) => sql === source?.model.rawSql);
  if (query === undefined) throw new Error(`${uid} has no query of its own`);
  const to = new Date(new Date(filled.truth.end).getTime() + daysLater * 86_400_000);
  const from = new Date(to.getTime() - (source?.relativeTimeRange?.from ?? 0) * 1_000);
  return (await runQuery(filled.store, query, { from, to, interval: 60, variables: {} })).rows;
}

const computers = (state: string) =>
  filled.truth.incidents.filter((one) => one.state === state).map((one) => one.computer);

test("something is failing: one alert an incident, with a number", async () => {
  const rows = await evaluate("rootcause-failing");
  expect(rows.map(({ computer }) => computer).toSorted()).toEqual(computers("failing").toSorted());
  for (const { events } of rows) expect(Number(events)).toBeGreaterThan(0);
});

test("something dangerous is armed: what is everyday is not, and what fails is not any more", async () => {
  const rows = await evaluate("rootcause-armed");
  expect(rows.map(({ computer }) => computer)).toEqual(computers("armed"));
});

test("an alert ends a day after the last failure; a change lies in wait for ninety days", async () => {
  expect(await evaluate("rootcause-failing", 2)).toEqual([]);
  expect(await evaluate("rootcause-armed", 60)).not.toEqual([]);
  expect(await evaluate("rootcause-armed", 100)).toEqual([]);
});

test("each has exactly one number, and nothing among its labels that changes while an incident grows", () => {
  for (const { columns } of Object.values(alerts))
    expect(columns).toEqual({ incident: "text", computer: "text", rule: "text", events: "number" });
});

test.for(alertRules)("$title: its condition looks at its query, and it points to a panel that is there", (rule) => {
  const condition = rule.data.find(({ refId }) => refId === rule.condition);
  expect(condition?.datasourceUid).toBe("__expr__");
  expect(rule.data.map(({ refId }) => refId)).toContain(condition?.model.expression);
  const dashboard = dashboards.find(({ uid }) => uid === rule.dashboardUid);
  expect(dashboard?.panels.map(({ id }) => id)).toContain(rule.panelId);
  expect(rule.noDataState).toBe("OK");
  expect(rule.annotations.incident).toMatch(new RegExp(`^/d/${dashboards[1]?.uid}\\?var-incident=`));
  for (const [, label] of JSON.stringify(rule.annotations).matchAll(/\$labels\.(\w+)/g))
    expect(Object.keys(alerts.somethingFails.columns)).toContain(label);
});

test("Grafana puts no environment variable where a rule says $", () => {
  for (const { labels } of alertRules) expect(JSON.stringify(labels)).not.toContain("$");
});
