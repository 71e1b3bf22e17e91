import { carve } from "./carve.ts";
import { Chunk, type SharedTemplates } from "./chunk.ts";
import type { Damage } from "./damage.ts";
import { NotEvtxError, openEvtx } from "./file.ts";
import { EvtxRecord } from "./record.ts";
import { SeenRecords } from "./seen-records.ts";
import type { Template } from "./template.ts";

/**
 * Where a recovered record was: in a `chunk` that the file does not count as one of its own, in the `slack` behind a chunk's records, or `loose`, with no chunk
 * around it.
 */
export type RecoveredFrom = "chunk" | "slack" | "loose";

export interface RecoveredRecord {
  readonly record: EvtxRecord;
  /** Undefined for a record that reading the file ordinarily gives too. */
  readonly recovered: RecoveredFrom | undefined;
}

/** Past this many distinct templates a file's are forgotten: a disk image has any number. */
const MAX_TEMPLATES = 20_000;

/**
 * All records of a file, of what kind it may be: a log's own first, in order, then what else can be made out in it, each record once. A log is looked through for
 * older records in slack space and for what its damage hides; anything else (a disk image, a memory dump, a piece of a log) for chunks at any offset and for
 * loose records. The file is read in windows of 8 MiB. The same object comes each time.
 *
 * `report` is told what is wrong with the log's own chunks; remains that make no sense are no damage.
 */
export function* recoverRecords(
  path: string,
  report: (damage: Damage) => void,
): Generator<RecoveredRecord, void, undefined> {
  const seen = new SeenRecords();
  const templates = new Map<number, Template>();
  const note = (id: number, template: Template): void => {
    if (templates.size >= MAX_TEMPLATES) templates.clear();
    templates.set(id, template);
  };
  for (const record of ordinary(path, report, { note, find: () => undefined })) {
    seen.add(record);
    yield { record, recovered: undefined };
  }
  const record = new EvtxRecord();
  for (const { offset, bytes, looseFrom } of carve(path)) {
    const place = { file: path, index: 0, offset, unchecked: false };
    const chunk = new Chunk(bytes, place, ignore, { note, find: (id) => templates.get(id) });
    if (looseFrom === undefined)
      for (const _ of chunk.records(record)) if (seen.add(record)) yield { record, recovered: "chunk" };
    const recovered = looseFrom === undefined ? "slack" : "loose";
    for (const _ of chunk.remains(record, looseFrom)) if (seen.add(record)) yield { record, recovered };
  }
}

function* ordinary(path: string, report: (damage: Damage) => void, shared: SharedTemplates) {
  try {
    using file = openEvtx(path);
    yield* file.records(report, 0, file.chunkCount, shared);
  } catch (error) {
    if (!(error instanceof NotEvtxError)) throw error;
  }
}

function ignore(): void {}
