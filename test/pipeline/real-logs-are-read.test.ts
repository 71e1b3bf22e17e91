import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scan } from "../../pipeline/scan.ts";
import { CORPUS, hasCorpus } from "../corpus.ts";
import { scanOptions } from "./scan-options.ts";

describe.skipIf(!hasCorpus)("real logs", () => {
  test("the roots of the story are shown as armed where they came back in August 2016", async () => {
    const log = join(CORPUS, "evtx/sans-blue-team_DeepBlueCLI/many-events-application.evtx");
    const { incidents, unreadable } = await scan(scanOptions([log]));
    const named = incidents
      .filter(({ state }) => state === "armed")
      .flatMap(({ evidence }) => evidence[0]?.events.map(({ fields }) => `${fields.Thumbprint} ${fields.Name}`) ?? []);
    expect(named).toContain("2796BAE63F1801E277261BA0D77770028F20EEE4 Go Daddy Class 2 Certification Authority");
    expect(named).toContain("A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436 DigiCert Global Root CA");
    expect(named).toContain("B31EB1B740E36C8402DADC37D44DF5D4674952F9 Entrust Root Certification Authority");
    expect(unreadable).toBe(0);
  });

  test("the whole corpus is read to its end; nothing in it fails on TLS, and what is damaged is named", async () => {
    const { files, records, incidents, damage } = await scan(scanOptions([join(CORPUS, "evtx")]));
    expect(files).toBe(311);
    expect(records).toBeGreaterThanOrEqual(41_000);
    expect(incidents.filter(({ state }) => state === "failing")).toEqual([]);
    expect(
      damage.every(
        ({ file, lost, doubtful, places }) =>
          file !== "" && lost + doubtful > 0 && places.every(({ reason }) => reason !== ""),
      ),
    ).toBe(true);
    expect(damage.map(({ file }) => file.split("/").at(-1))).toContain("sample_with_a_bad_chunk_magic.evtx");
  }, 60_000);
});
