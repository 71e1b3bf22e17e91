import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { readConfig } from "../../cli/config.ts";
import { alertRules, dashboards, GRAFANA, readYaml } from "./rendered.ts";

const DEPLOY = join(GRAFANA, "..");

const Service = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()), start_period: z.string() }),
  restart: z.literal("unless-stopped"),
});

const compose = z
  .object({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.null()) })
  .parse(readYaml(join(DEPLOY, "compose.yml")));
const services = Object.entries(compose.services);
const { rootcause, grafana, clickhouse } = compose.services;

describe.for(services)("service %s", ([, { image, healthcheck, volumes, ports, environment, depends_on }]) => {
  test("is of one version, and says whether it is well", () => {
    expect(image).toMatch(/^[a-z0-9/-]+:\d+\.\d+\.\d+(\.\d+)?$/);
    expect(["CMD", "CMD-SHELL"]).toContain(healthcheck.test[0]);
  });

  test("mounts what is there, and waits for services that there are", () => {
    for (const [source = "", target] of volumes.map((volume) => volume.split(":"))) {
      expect(target).toMatch(/^\//);
      if (source.startsWith("./")) expect(existsSync(join(DEPLOY, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    for (const name of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(name);
  });

  test("is reached from this machine only", () => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test("has no password but one of the user's own", () => {
    const secrets = Object.entries(environment).filter(([name]) => name.includes("PASSWORD"));
    for (const [, value] of secrets) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
  });
});

test("example.env names every variable that compose.yml asks for, without a value", () => {
  const asked = [...readFileSync(join(DEPLOY, "compose.yml"), "utf8").matchAll(/\$\{([A-Z_]+):\?/g)].map(
    ([, name]) => name,
  );
  const lines = readFileSync(join(DEPLOY, "example.env"), "utf8")
    .split("\n")
    .filter((line) => /^[A-Z]/.test(line));
  expect(lines.toSorted()).toEqual([...new Set(asked)].map((name) => `${name}=`).toSorted());
});

describe("rootcause.yml", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("is read, and names the services as compose.yml does", async () => {
    vi.stubEnv("CLICKHOUSE_PASSWORD", "secret");
    const config = await readConfig(join(DEPLOY, "rootcause.yml"));
    expect(config.kafka?.connection.brokers).toEqual(["kafka:9092"]);
    expect(config.clickhouse).toEqual({
      url: "http://clickhouse:8123",
      user: clickhouse?.environment.CLICKHOUSE_USER,
      password: "secret",
      database: clickhouse?.environment.CLICKHOUSE_DB,
    });
    expect(rootcause?.healthcheck.test.join(" ")).toContain(`127.0.0.1:${config.http.listen.port}/readyz`);
    expect(rootcause?.environment).toHaveProperty("CLICKHOUSE_PASSWORD");
  });
});

describe("Grafana's provisioning", () => {
  const [source, ...others] = z
    .object({
      datasources: z.array(
        z.object({
          uid: z.string(),
          type: z.string(),
          jsonData: z.record(z.string(), z.unknown()),
          secureJsonData: z.record(z.string(), z.unknown()),
        }),
      ),
    })
    .parse(readYaml(join(GRAFANA, "provisioning/datasources/clickhouse.yml"))).datasources;

  test("has one data source, and dashboards and alerts ask no other", () => {
    expect(others).toEqual([]);
    const asked = dashboards.flatMap(({ panels, templating, annotations }) => [
      ...panels.flatMap(({ datasource, targets }) => [datasource, targets[0].datasource]),
      ...templating.list.flatMap(({ datasource, query }) => [datasource, query.datasource]),
      ...annotations.list.flatMap(({ datasource, target }) => [datasource, target.datasource]),
    ]);
    for (const one of asked) expect(one).toEqual({ type: source?.type, uid: source?.uid });
    for (const { data } of alertRules)
      for (const { datasourceUid } of data) expect(["__expr__", source?.uid]).toContain(datasourceUid);
  });

  test("takes from the environment what compose.yml gives, and brings the plugin, of one version", () => {
    const used = Object.values({ ...source?.jsonData, ...source?.secureJsonData }).filter(
      (value): value is string => typeof value === "string" && value.startsWith("$"),
    );
    for (const variable of used) expect(grafana?.environment).toHaveProperty(variable.slice(1));
    expect(grafana?.environment.GF_PLUGINS_PREINSTALL_SYNC).toMatch(new RegExp(`^${source?.type}@\\d+\\.\\d+\\.\\d+$`));
  });

  test("reads the dashboards where compose.yml puts them", () => {
    const { providers } = z
      .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
      .parse(readYaml(join(GRAFANA, "provisioning/dashboards/rootcause.yml")));
    for (const { options } of providers) expect(grafana?.volumes).toContain(`./grafana/dashboards:${options.path}:ro`);
    expect(readdirSync(join(GRAFANA, "dashboards")).toSorted()).toEqual(["incident.json", "overview.json"]);
  });

  test("reads ClickHouse as a user who may change nothing", () => {
    const users = readFileSync(join(DEPLOY, "clickhouse/grafana-user.xml"), "utf8");
    expect(users).toContain("<query>GRANT SELECT ON rootcause.*</query>");
    expect(users).toMatch(/<password from_env="(\w+)"\/>/);
    const [, variable = ""] = /from_env="(\w+)"/.exec(users) ?? [];
    expect(clickhouse?.environment).toHaveProperty(variable);
    expect(grafana?.environment.CLICKHOUSE_PASSWORD).toBe(clickhouse?.environment[variable]);
    expect(users).toContain(`<${grafana?.environment.CLICKHOUSE_USER}>`);
  });
});

test("the image is of the Node that is tested with, and the unit runs the commands that there are", () => {
  const { devDependencies } = z
    .object({ devDependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(readFileSync(join(DEPLOY, "../package.json"), "utf8")));
  const images = [...readFileSync(join(DEPLOY, "Dockerfile"), "utf8").matchAll(/^FROM (\S+)/gm)].map(
    ([, name]) => name,
  );
  expect(new Set(images)).toEqual(new Set([`node:${devDependencies.node.replace("^", "")}-slim`]));
  const commands = [
    ...readFileSync(join(DEPLOY, "rootcause.service"), "utf8").matchAll(/\/usr\/bin\/rootcause (\w+)/g),
  ];
  for (const [, command] of commands) expect(existsSync(join(DEPLOY, `../cli/${command}.ts`)), command).toBe(true);
});
