import { X509Certificate } from "node:crypto";
import { globSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { type EventRef, eventRef, readFirst } from "../../model/event.ts";
import { type Ticks, ticksFromIso } from "../../model/ticks.ts";
import { SCENARIOS } from "../../simulator/scenarios/index.ts";
import { simulate } from "../../simulator/simulate.ts";
import type { Truth, TruthIncident } from "../../simulator/truth.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

type Seen = EventRef & { readonly thumbprint: string | undefined; readonly binary: string | undefined };

let folder: TemporaryFolder;
let truth: Truth;
let events: readonly Seen[];

beforeAll(async () => {
  folder = new TemporaryFolder();
  truth = await simulate({ out: folder.path, seed: 3, days: 28 });
  events = globSync("**/*.evtx", { cwd: folder.path }).flatMap((name) => readAllEvents(join(folder.path, name)));
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

describe("The truth is in the logs", () => {
  test("every scenario but the benign one has its incident, each on a host of its own", () => {
    expect(truth.incidents.map(({ scenario }) => scenario).toSorted()).toEqual(
      Object.keys(SCENARIOS)
        .filter((name) => name !== "benign-return")
        .toSorted(),
    );
    expect(new Set(truth.incidents.map(({ computer }) => computer)).size).toBe(truth.incidents.length);
  });

  test("as many records as it says, none of them outside its days", () => {
    expect(events.length).toBe(truth.records);
    const outside = events.filter(({ time }) => time < ticks(truth.start) || time >= ticks(truth.end));
    expect(outside).toEqual([]);
  });

  test("every moment is the time of an event that means it", () => {
    const meanings: Readonly<Record<string, readonly number[]>> = {
      armed: [4097, 4109, 13, 4657],
      triggered: [12, 7036],
      failing: [36887, 36882, 36874, 36885],
      resolved: [4108],
    };
    for (const incident of truth.incidents)
      for (const [state, ids] of Object.entries(meanings)) {
        const moment = incident[state as "armed"];
        if (moment === undefined) continue;
        const there = at(incident, ticks(moment)).map(({ eventId }) => eventId);
        expect(
          there.some((id) => ids.includes(id)),
          `${incident.scenario}, ${state}: ${there}`,
        ).toBe(true);
      }
  });

  test("the roots of an incident change within a second of when it was armed, and those that must stay off come back nowhere else", () => {
    for (const incident of truth.incidents)
      for (const thumbprint of incident.thumbprints) {
        const changes = events.filter(
          (event) => event.computer === incident.computer && event.thumbprint === thumbprint && event.eventId !== 4108,
        );
        const armed = ticks(incident.armed);
        expect(
          changes.some(({ time }) => time >= armed && time < armed + 10_000_000n),
          incident.scenario,
        ).toBe(true);
      }
    const [mustStayOff] = truth.config.mustStayOff;
    const back = events.filter(({ thumbprint }) => thumbprint === mustStayOff).map(({ computer }) => computer);
    expect(new Set(back)).toEqual(
      new Set(truth.incidents.filter(({ state }) => state === "armed").map((i) => i.computer)),
    );
  });

  test("between the change and its trigger nothing restarts", () => {
    for (const incident of truth.incidents.filter(({ rule }) => rule === "root_change_broke_tls")) {
      const until = ticks(incident.triggered ?? truth.end);
      const starts = events.filter(
        ({ computer, eventId, time }) =>
          computer === incident.computer &&
          [12, 12287].includes(eventId) &&
          time > ticks(incident.armed) &&
          time < until,
      );
      expect(starts, incident.scenario).toEqual([]);
    }
  });

  test("certificates in Schannel's events are certificates", () => {
    const binaries = new Set(events.flatMap(({ eventId, binary }) => (eventId === 36882 && binary ? [binary] : [])));
    expect(binaries.size).toBeGreaterThan(5);
    for (const binary of binaries)
      expect(new X509Certificate(Buffer.from(binary, "hex")).subject).toMatch(/^CN=sip\.\w+\.example$/);
  });
});

describe("A fleet that cannot be is the user's mistake", () => {
  test.each([
    [{ scenarios: ["root-retrun"] }, 'There is no scenario "root-retrun"'],
    [{ scenarios: ["constructor"] }, 'There is no scenario "constructor"'],
    [{ scenarios: ["armed", "armed"] }, "named twice"],
    [{ hosts: 4 }, "10 scenarios need a host each, but the fleet has 4"],
    [{ days: 3 }, "days is 3"],
    [{ seed: 1.5 }, "seed is 1.5"],
  ])("%j", async (options, message) => {
    await expect(simulate({ out: folder.path, ...options })).rejects.toThrow(
      expect.objectContaining({ name: "UserError", message: expect.stringContaining(message) }),
    );
  });
});

function readAllEvents(path: string): readonly Seen[] {
  using file = openEvtx(path);
  const complain = ({ reason }: { readonly reason: string }) => {
    throw new Error(`${path}: ${reason}`);
  };
  return [
    ...file.records(complain).map((record) => ({
      ...eventRef(record),
      thumbprint: readFirst(record, "Data2"),
      binary: readFirst(record, "certificateContext"),
    })),
  ];
}

function at(incident: TruthIncident, moment: Ticks): readonly Seen[] {
  return events.filter(({ computer, time }) => computer === incident.computer && time === moment);
}

function ticks(iso: string): Ticks {
  const moment = ticksFromIso(iso);
  if (moment === undefined) throw new Error(`${iso} is no moment`);
  return moment;
}
