import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../model/user-error.ts";
import { getIncident, listIncidents } from "../../storage/incidents.ts";
import { reconcileIncidents } from "../../storage/reconcile-incidents.ts";
import type { Store } from "../../storage/store.ts";
import { collect } from "./collect.ts";
import { sampleIncident } from "./samples.ts";
import { TWO_WAYS } from "./two-ways.ts";

const RULE = ["sequence-1"];
const edge = sampleIncident("EDGE01");
const front = sampleIncident("FE01");

describe.each(TWO_WAYS)("$way", ({ open }) => {
  let folder: string;
  let store: Store;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rootcause-store-"));
    store = await open(folder);
  });
  beforeEach(async () => {
    await store.client.command({ query: "TRUNCATE TABLE incidents" });
    await store.client.command({ query: "TRUNCATE TABLE incident_evidence" });
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  test("a changed conclusion raises the version of its incident only, and its evidence is replaced as a whole", async () => {
    await reconcileIncidents(store, RULE, [edge, front]);
    const failing = { ...edge, state: "failing", severity: "critical", evidence: [] } as const;
    expect(await reconcileIncidents(store, RULE, [failing, front])).toEqual({
      opened: 0,
      changed: 1,
      withdrawn: 0,
      unchanged: 1,
    });
    expect(await getIncident(store, edge.id)).toEqual({ incident: failing, version: 2, withdrawn: false });
    expect(await getIncident(store, front.id)).toEqual({ incident: front, version: 1, withdrawn: false });
  });

  test("what is no longer concluded is withdrawn once, is not listed, and may come back", async () => {
    await reconcileIncidents(store, RULE, [edge]);
    expect(await reconcileIncidents(store, RULE, [])).toMatchObject({ withdrawn: 1 });
    expect(await reconcileIncidents(store, RULE, [])).toMatchObject({ withdrawn: 0 });
    expect(await collect(listIncidents(store))).toEqual([]);
    expect(await getIncident(store, edge.id)).toEqual({ incident: edge, version: 2, withdrawn: true });
    await reconcileIncidents(store, RULE, [edge]);
    expect(await getIncident(store, edge.id)).toEqual({ incident: edge, version: 3, withdrawn: false });
  });

  test("incidents of rules that took no part are left alone", async () => {
    await reconcileIncidents(store, RULE, [edge]);
    await reconcileIncidents(store, ["another-rule"], []);
    expect(await getIncident(store, edge.id)).toMatchObject({ version: 1, withdrawn: false });
  });

  test("evidence that a killed process left behind does not mix with what is concluded later", async () => {
    await reconcileIncidents(store, RULE, [edge]);
    await store.client.command({ query: "TRUNCATE TABLE incidents" });
    const other = { ...edge, title: "Something else" };
    await reconcileIncidents(store, RULE, [other]);
    expect(await getIncident(store, edge.id)).toEqual({ incident: other, version: 1, withdrawn: false });
  });

  test("an incident is found by the beginning of its id when only one begins so", async () => {
    await reconcileIncidents(store, RULE, [
      edge,
      front,
      sampleIncident("X", { id: `${edge.id.slice(0, 8)}${"0".repeat(24)}` }),
    ]);
    expect((await getIncident(store, front.id.slice(0, 6).toUpperCase())).incident).toEqual(front);
    await expect(getIncident(store, edge.id.slice(0, 8))).rejects.toThrow(/More than one incident begins with/);
    await expect(getIncident(store, "zz")).rejects.toThrow(UserError);
    await expect(getIncident(store, "zz")).rejects.toThrow('No incident begins with "zz": "rootcause incidents" lists');
  });
});
