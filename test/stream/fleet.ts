import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { recordToJson } from "../../ingest/evtx/json.ts";
import type { Incident } from "../../model/incident.ts";
import { scan } from "../../pipeline/scan.ts";
import { type SimulateOptions, simulate } from "../../simulator/simulate.ts";
import type { Message } from "../../transport/transport.ts";
import { scanOptions } from "../pipeline/scan-options.ts";

/** The events of a made-up fleet as messages, and what a scan of its logs concludes. */
export interface Fleet {
  readonly messages: readonly Message[];
  readonly incidents: readonly Incident[];
}

export async function fleet(options: Omit<SimulateOptions, "out">): Promise<Fleet> {
  const out = join(folder(), "fleet");
  await simulate({ ...options, out });
  const { incidents } = await scan(scanOptions([out]));
  return { messages: globSync(join(out, "**/*.evtx")).toSorted().flatMap(messagesOf), incidents };
}

function messagesOf(path: string): readonly Message[] {
  using file = openEvtx(path);
  return Array.from(
    file.records(() => undefined),
    (record) => ({
      key: basename(dirname(path)),
      value: Buffer.from(recordToJson(record)),
    }),
  );
}

const made: string[] = [];

/** A new folder, gone when the test file is done. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "rootcause-stream-"));
  made.push(path);
  return path;
}

afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});
