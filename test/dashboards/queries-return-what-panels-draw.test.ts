import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alerts, incident, overview, type Query, variables } from "../../dashboards/queries/index.ts";
import { type FilledStore, filledStore } from "./filled-store.ts";
import { ALL, type Panel } from "./grafana-macros.ts";
import { runQuery } from "./run-query.ts";

let filled: FilledStore;
/** The whole time of the fleet, and its root that came back. */
let panel: Panel;

beforeAll(async () => {
  filled = await filledStore();
  const { truth, store } = filled;
  panel = {
    from: new Date(truth.start),
    to: new Date(truth.end),
    interval: 3600,
    variables: { host: ALL, incident: "" },
  };
  const failing = await runQuery(store, overview.failingNow, panel);
  const computer = truth.incidents.find(({ scenario }) => scenario === "root-return")?.computer ?? "";
  const row = failing.rows.find(({ Incident }) => String(Incident).includes(computer));
  panel = { ...panel, variables: { host: ALL, incident: String(row?.incident) } };
}, 120_000);
afterAll(() => filled.close());

const QUERIES: Readonly<Record<string, Readonly<Record<string, Query>>>> = { overview, incident, variables, alerts };

for (const [group, queries] of Object.entries(QUERIES))
  describe(group, () => {
    test.for(Object.entries(queries))("%s", async ([, query]) => {
      const { columns, rows } = await runQuery(filled.store, query, panel);
      expect(columns).toEqual(query.columns);
      expect(Object.keys(columns)).toEqual(Object.keys(query.columns));
      expect(rows).not.toEqual([]);
      // The engine compiles what it runs often; the answer must not change with that.
      for (let again = 0; again < 5; again++) expect((await runQuery(filled.store, query, panel)).rows).toEqual(rows);
    });
  });

test.for(Object.entries({ ...overview, ...incident }).filter(([, { columns }]) => columns.time === "time"))(
  "rows of %s are in order of time, as Grafana wants them",
  async ([, query]) => {
    const times = (await runQuery(filled.store, query, panel)).rows.map(({ time }) => String(time));
    expect(times).toEqual(times.toSorted());
  },
);

test("what fails and what is armed is what was done to the fleet", async () => {
  const { store, truth } = filled;
  const told = (rows: readonly Record<string, unknown>[]) => rows.map(({ Incident }) => String(Incident));
  const failing = told((await runQuery(store, overview.failingNow, panel)).rows);
  const armed = told((await runQuery(store, overview.armedNow, panel)).rows);
  const computers = (state: string) => truth.incidents.filter((one) => one.state === state).map((one) => one.computer);
  expect(failing).toHaveLength(computers("failing").length);
  for (const computer of computers("failing")) expect(failing.some((title) => title.includes(computer))).toBe(true);
  expect(armed).toHaveLength(computers("armed").length);
  for (const computer of computers("armed")) expect(armed.some((title) => title.includes(computer))).toBe(true);
  expect((await runQuery(store, overview.failingCount, panel)).rows).toEqual([{ Failing: String(failing.length) }]);
  expect((await runQuery(store, overview.armedCount, panel)).rows).toEqual([{ Armed: String(armed.length) }]);
});

test("the state timeline goes through the states of the truth, and ends with the last failure", async () => {
  const { store, truth } = filled;
  const told = truth.incidents.find(({ scenario }) => scenario === "root-return");
  const { rows } = await runQuery(store, incident.incidentStates, panel);
  expect(rows.map(({ state }) => state)).toEqual([1, 2, 3, 0]);
  expect(new Set(rows.map(({ host }) => host))).toEqual(new Set([told?.computer]));
  const milliseconds = (iso: string | undefined) => iso?.replace("T", " ").slice(0, 23);
  expect(rows.slice(0, 3).map(({ time }) => time)).toEqual(
    [told?.armed, told?.triggered, told?.failing].map(milliseconds),
  );
});

test("what was before the time range is told once, at its beginning", async () => {
  const { store, truth } = filled;
  const late = { ...panel, from: new Date(truth.end), to: new Date(new Date(truth.end).getTime() + 3_600_000) };
  const { rows } = await runQuery(store, overview.hostStates, late);
  expect(rows).not.toEqual([]);
  expect(new Set(rows.map(({ host }) => host)).size).toBe(rows.length);
  expect(new Set(rows.map(({ time }) => time)).size).toBe(1);
});

test("a chosen host leaves the others out, however it is written", async () => {
  const { store, truth } = filled;
  const host = truth.incidents.find(({ scenario }) => scenario === "armed")?.computer ?? "";
  const one = { ...panel, variables: { ...panel.variables, host: host.toUpperCase() } };
  expect((await runQuery(store, overview.hosts, one)).rows.map(({ Host }) => Host)).toEqual([host]);
  expect((await runQuery(store, overview.failingNow, one)).rows).toEqual([]);
  expect((await runQuery(store, overview.armedNow, one)).rows).toHaveLength(1);
  const all = Number((await runQuery(store, overview.failureCount, panel)).rows[0]?.Failures);
  const its = Number((await runQuery(store, overview.failureCount, one)).rows[0]?.Failures);
  expect(its).toBeGreaterThan(0);
  expect(its).toBeLessThan(all);
});

test("failures by minute add up to the failures, however wide a point is", async () => {
  const all = Number((await runQuery(filled.store, overview.failureCount, panel)).rows[0]?.Failures);
  for (const interval of [60, 3600]) {
    const { rows } = await runQuery(filled.store, overview.failuresByMinute, { ...panel, interval });
    const sum = rows.reduce((total, { failures }) => total + (Number(failures) * interval) / 60, 0);
    expect(sum).toBeCloseTo(all, 3);
  }
});

test("the steps of an incident stand in order of time, each with how long it came after the one before", async () => {
  const { rows } = await runQuery(filled.store, incident.stepsInTime, panel);
  const steps = rows.filter(({ Role }) => Role === "step").map(({ Step }) => Step);
  expect(steps).toEqual(["armed", "triggered", "failing"]);
  const [first, ...others] = rows.map((row) => row["After the one before"]);
  expect(first).toBeNull();
  expect(others.every((seconds) => Number(seconds) >= 0)).toBe(true);
});
