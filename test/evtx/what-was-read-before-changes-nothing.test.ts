import { describe, expect, test, vi } from "vitest";
import { createRandom } from "../../simulator/random.ts";
import { hasCorpus } from "../corpus.ts";
import { realChunks } from "./fuzz-chunks.ts";
import { mutate } from "./mutate.ts";

/** A reader that has read nothing yet. */
async function newReader(): Promise<(bytes: Buffer) => readonly string[]> {
  vi.resetModules();
  const { Chunk } = await import("../../ingest/evtx/chunk.ts");
  const { EvtxRecord } = await import("../../ingest/evtx/record.ts");
  const { recordToJson } = await import("../../ingest/evtx/json.ts");
  return (bytes) => {
    const told: string[] = [];
    const record = new EvtxRecord();
    const place = { file: "damaged", index: 0, offset: 0, unchecked: false };
    const chunk = new Chunk(bytes, place, ({ kind, offset, reason }) => told.push(`${kind} ${offset} ${reason}`));
    for (const _ of chunk.records(record)) {
      told.push(recordToJson(record));
      told.push(...record.shape.fields.map((name, slot) => `${name}=${record.value(slot)}`));
    }
    return told;
  };
}

/** What a reader knows again of its templates, elements and texts is kept from file to file. */
describe.skipIf(!hasCorpus)("What has been read before changes nothing", () => {
  test("in damaged copies of chunks that have been read whole", async () => {
    const chunks = realChunks(1);
    const experienced = await newReader();
    for (const chunk of chunks) experienced(chunk);
    for (let number = 0; number < 60; number++) {
      const random = createRandom(`before/${number}`);
      const damaged = mutate(random.pick(chunks), random.pick(chunks), random);
      const read = experienced(damaged);
      expect((await newReader())(damaged), `case ${number}`).toEqual(read);
    }
  });
});
