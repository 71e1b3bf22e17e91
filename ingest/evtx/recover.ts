import { carve, type Piece } from "./carve.ts";
import { Chunk, type SharedTemplates } from "./chunk.ts";
import type { Damage } from "./damage.ts";
import { NotEvtxError, openEvtx } from "./file.ts";
import { EvtxRecord } from "./record.ts";
import { SeenRecords } from "./seen-records.ts";
import type { Template } from "./template.ts";
import { WeightedPool } from "./weighted-pool.ts";

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

/**
 * All records of a file, of what kind it may be: a log's own first, in order, then what else can be made out in it, each record once. A log is looked through for
 * older records in slack space and for what its damage hides; anything else (a disk image, a memory dump, a piece of a log) for chunks at any offset and for
 * loose records. The file is read twice, in windows of 8 MiB: only when all templates are known can those be served whose own is gone.
 * The same object comes each time.
 *
 * `report` is told what is wrong with the log's own chunks; remains that make no sense are no damage.
 */
export function* recoverRecords(
  path: string,
  report: (damage: Damage) => void,
): Generator<RecoveredRecord, void, undefined> {
  const seen = new SeenRecords();
  const templates = new WeightedPool<number, Template>();
  const note = (id: number, template: Template): void => {
    if (templates.get(id) !== template) templates.add(id, template, template.expansion.weight);
  };
  const learning = { note, find: () => undefined };
  for (const found of isLog(path) ? ownRecords(path, report, learning) : chunkRecords(path, learning))
    if (seen.add(found.record) || found.recovered === undefined) yield found;
  for (const found of remains(path, { note, find: (id) => templates.get(id) })) if (seen.add(found.record)) yield found;
}

function isLog(path: string): boolean {
  try {
    openEvtx(path)[Symbol.dispose]();
    return true;
  } catch (error) {
    if (error instanceof NotEvtxError) return false;
    throw error;
  }
}

function* ownRecords(
  path: string,
  report: (damage: Damage) => void,
  shared: SharedTemplates,
): Generator<RecoveredRecord> {
  using file = openEvtx(path);
  for (const record of file.records(report, 0, file.chunkCount, shared)) yield { record, recovered: undefined };
}

function* chunkRecords(path: string, shared: SharedTemplates): Generator<RecoveredRecord> {
  const record = new EvtxRecord();
  for (const piece of carve(path))
    if (piece.looseFrom === undefined)
      for (const _ of chunkOf(path, piece, shared).records(record)) yield { record, recovered: "chunk" };
}

/** Everything that can be made out, what has been given before included. */
function* remains(path: string, shared: SharedTemplates): Generator<RecoveredRecord> {
  const record = new EvtxRecord();
  for (const piece of carve(path)) {
    const chunk = chunkOf(path, piece, shared);
    if (piece.looseFrom === undefined) for (const _ of chunk.records(record)) yield { record, recovered: "chunk" };
    const recovered = piece.looseFrom === undefined ? "slack" : "loose";
    for (const _ of chunk.remains(record, piece.looseFrom)) yield { record, recovered };
  }
}

function chunkOf(path: string, { bytes, offset }: Piece, shared: SharedTemplates): Chunk {
  return new Chunk(bytes, { file: path, index: 0, offset, unchecked: false }, () => {}, shared);
}
