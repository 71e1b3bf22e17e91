import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { files } from "../../dashboards/grafana/files.ts";
import { FAILURE_RULES, incident, overview, type Query, variables } from "../../dashboards/queries/index.ts";
import { dashboards, GRAFANA, linksOf, type Panel } from "./rendered.ts";

test.for(Object.entries(files()))("%s is what npm run dashboards writes", ([path, content]) => {
  expect(readFileSync(join(GRAFANA, path), "utf8"), "run npm run dashboards").toBe(content);
});

const queryOf = (sql: string): Query | undefined =>
  Object.values({ ...overview, ...incident, ...variables }).find((query) => query.sql === sql);

const panels = dashboards.flatMap((dashboard) =>
  dashboard.panels.map((panel) => ({ name: `${dashboard.title}: ${panel.title}`, panel })),
);

describe.for(panels)("$name", ({ panel }) => {
  test("says what it is, in which unit, and what it means when it is empty", () => {
    const { title, description, fieldConfig } = panel;
    for (const text of [title, description, fieldConfig.defaults.unit, fieldConfig.defaults.noValue])
      expect(text).not.toBe("");
    expect(description).toMatch(/\.$/);
  });

  test("shapes only columns that its query returns", () => {
    const query = queryOf(panel.targets[0].rawSql);
    const columns = Object.keys(query?.columns ?? {});
    for (const { matcher } of panel.fieldConfig.overrides) {
      expect(matcher.id).toBe("byName");
      expect(columns).toContain(matcher.options);
    }
  });

  test("asks for series where it draws lanes or bars over time, else for a table", () => {
    const drawsTime = panel.type === "timeseries" || panel.type === "state-timeline";
    expect(panel.targets[0].format).toBe(drawsTime ? 0 : 1);
  });

  test("shows text as text", () => {
    const looks = JSON.stringify([panel.fieldConfig.defaults.custom ?? null, panel.fieldConfig.overrides]);
    expect(looks).not.toMatch(/markdown|html|"image"/i);
    expect(panel.type).not.toBe("text");
  });

  test("links to dashboards that are there, with variables that they have and columns that it has", () => {
    const columns = Object.keys(queryOf(panel.targets[0].rawSql)?.columns ?? {});
    for (const { url } of linksOf(panel)) {
      const [, uid, parameters = ""] = /^\/d\/([^?]+)\?(.*)$/.exec(url) ?? [];
      const aim = dashboards.find((dashboard) => dashboard.uid === uid);
      const names = aim?.templating.list.map(({ name }) => `var-${name}`) ?? [];
      const given = [...parameters.matchAll(/(?:^|&)(var-\w+)=/g)].map(([, name]) => name);
      expect(given).toEqual(names);
      for (const [, column] of parameters.matchAll(/__data\.fields\.(\w+)/g)) expect(columns).toContain(column);
    }
  });
});

test.for(dashboards)(
  "$title: panels stand beside each other, none over another, each with its own number",
  ({ panels }) => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const [index, one] of panels.entries()) {
      expect(one.gridPos.x + one.gridPos.w).toBeLessThanOrEqual(24);
      for (const other of panels.slice(index + 1))
        expect(overlap(one, other), `${one.title}, ${other.title}`).toBe(false);
    }
  },
);

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

test("each dashboard leads to the other", () => {
  const [first, second] = dashboards;
  const leads = (from: typeof first) =>
    [...(from?.links ?? []), ...(from?.panels.flatMap(linksOf) ?? [])].map(({ url }) => /^\/d\/([^?]+)/.exec(url)?.[1]);
  expect(leads(first)).toContain(second?.uid);
  expect(leads(second)).toContain(first?.uid);
});

test("every query is drawn, listed or marked somewhere", () => {
  const drawn = dashboards.flatMap(({ panels, templating, annotations }) => [
    ...panels.map(({ targets }) => targets[0].rawSql),
    ...templating.list.map(({ query }) => query.rawSql),
    ...annotations.list.map(({ target }) => target.rawSql),
  ]);
  const written = Object.values({ ...overview, ...incident, ...variables }).map(({ sql }) => sql);
  expect(drawn.toSorted()).toEqual(written.toSorted());
});

test("the choice of an incident is its text, and its id stands behind it", () => {
  const regex = dashboards.flatMap(({ templating }) => templating.list).find(({ name }) => name === "incident")?.regex;
  const [, pattern = ""] = /^\/(.*)\/$/.exec(regex ?? "") ?? [];
  const id = "100b05ccef3b458c33200c4351db0d59";
  expect(new RegExp(pattern).exec(`HIGH failing · A · B · ${id}`)?.groups).toEqual({
    text: "HIGH failing · A · B",
    value: id,
  });
});

test("the failures that are drawn are those of rules that exist", () => {
  const library = globSync(join(import.meta.dirname, "../../rules/library/*.yml"), { exclude: ["**/*.test.yml"] });
  const names = library.flatMap((file) =>
    parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.get("name")),
  );
  for (const name of FAILURE_RULES) expect(names).toContain(name);
});
