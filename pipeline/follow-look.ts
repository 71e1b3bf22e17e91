import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LiveLog, type Look, type NewPart, type ReadPlace, type Unsure } from "../ingest/evtx/follow.ts";
import type { FoundDamage } from "./damage-report.ts";
import type { Range } from "./detect-range.ts";
import { isFileError } from "./file-error.ts";
import { evtxFilesIn } from "./find-logs.ts";
import type { Places } from "./follow-bookmark.ts";

/** Chunks that a thread takes at once: 4 MiB. */
const RANGE_CHUNKS = 64;
/** Logs that have vanished are remembered, for they may come back under another name. */
const VANISHED_KEPT = 100;

/** What is new in all followed logs. */
export interface News {
  readonly ranges: readonly Range[];
  /** Where each log has been read to when the ranges have been. */
  readonly places: Places;
  readonly unsure: ReadonlyMap<string, Unsure>;
  readonly ends: ReadonlyMap<string, End>;
}

/** How a log that has less than it says was found, and how many times now. */
interface End {
  readonly state: string;
  readonly looks: number;
}

/** What a log lacks is told when it has been the same for so many looks: until then it may be being copied. */
const LOOKS = 15;

/** What is known of the logs from one look to the next. */
export type Known = Pick<News, "places" | "unsure" | "ends">;

/** Looks at every log that the paths name now. A log that cannot be opened at the moment is left for the next time. */
export function lookAtLogs(paths: readonly string[], { places, unsure, ends }: Known): News {
  const looks = new Map<string, Look>();
  const lost = new Map(places);
  const changed: string[] = [];
  const named = logsOf(paths);
  for (const path of named) {
    const place = places.get(path);
    const look = withLog(path, (log) => {
      if (place === undefined || !log.holds(place)) return undefined;
      return log.look(place, unsure.get(path), false);
    });
    if (look === undefined) changed.push(path);
    else {
      looks.set(path, look);
      lost.delete(path);
    }
  }
  const found = new Set<string>();
  const ranges: Range[] = [];
  for (const path of changed) {
    const look = withLog(path, (log) => {
      const known = [...lost].filter(([, place]) => log.holds(place));
      for (const [name] of known) found.add(name);
      const furthest = known.map(([, place]) => place).sort((a, b) => (a.recordId > b.recordId ? -1 : 1))[0];
      return log.look(furthest, unsure.get(path), false);
    });
    if (look !== undefined) looks.set(path, look);
  }
  for (const [path, place] of lost)
    if (!found.has(path) && looks.get(path)?.place !== undefined) ranges.push(...restOf(path, place, named));
  for (const name of found) lost.delete(name);
  for (const [path, { parts }] of looks) ranges.push(...parts.flatMap((part) => [...rangesOf(path, part)]));
  const newEnds = new Map<string, End>();
  for (const [path, { lack }] of looks) {
    if (lack === undefined) continue;
    const before = ends.get(path);
    const looksSo = before?.state === lack.state ? before.looks + 1 : 1;
    if (looksSo === LOOKS) ranges.push(...rangesOf(path, lack));
    newEnds.set(path, { state: lack.state, looks: looksSo });
  }
  return { ranges, ends: newEnds, ...whereTo(looks, lost) };
}

/**
 * Whether each log that has been read further still has the record up to which it was: a log that was put aside or written over between the look
 * and the reading was not read.
 */
export function areWhereTheyWere(places: Places, before: Places): boolean {
  return [...places].every(([path, place]) => {
    if (before.get(path) === place) return true;
    try {
      using log = LiveLog.open(path);
      return log?.holds(place) === true;
    } catch (error) {
      if (isFileError(error)) return false;
      throw error;
    }
  });
}

/** The logs that these paths name, each once: files also when they are not there, folders looked through to the bottom. */
function logsOf(paths: readonly string[]): ReadonlySet<string> {
  const unreadable: FoundDamage[] = [];
  return new Set(
    paths.flatMap((path) => {
      const absolute = resolve(path);
      const isFolder = statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true;
      return isFolder ? [...evtxFilesIn(absolute, unreadable)] : [absolute];
    }),
  );
}

/** What a log that has been made anew had got before it was put aside, where it lies beside the new one under a name that is not followed. */
function restOf(path: string, place: ReadPlace, named: ReadonlySet<string>): readonly Range[] {
  for (const other of logsOf([dirname(path)])) {
    if (named.has(other)) continue;
    const look = withLog(other, (log) => (log.holds(place) ? log.look(place, undefined, true) : undefined));
    if (look !== undefined) return look.parts.flatMap((part) => [...rangesOf(other, part)]);
  }
  return [];
}

function withLog(path: string, use: (log: LiveLog) => Look | undefined): Look | undefined {
  try {
    using log = LiveLog.open(path);
    return log === undefined ? undefined : use(log);
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  }
}

function whereTo(looks: ReadonlyMap<string, Look>, lost: Places): Pick<News, "places" | "unsure"> {
  const places = new Map([...lost].slice(-VANISHED_KEPT));
  const unsure = new Map<string, Unsure>();
  for (const [path, look] of looks) {
    if (look.place !== undefined) places.set(path, look.place);
    if (look.unsure !== undefined) unsure.set(path, look.unsure);
  }
  return { places, unsure };
}

function* rangesOf(path: string, { firstChunk, endChunk, from, until }: NewPart): Generator<Range> {
  for (let chunk = firstChunk; chunk < Math.max(endChunk, firstChunk + 1); chunk += RANGE_CHUNKS)
    yield { path, firstChunk: chunk, endChunk: Math.min(endChunk, chunk + RANGE_CHUNKS), part: { from, until } };
}
