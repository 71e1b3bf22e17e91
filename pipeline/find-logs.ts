import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Damage } from "../ingest/evtx/damage.ts";
import { NotEvtxError, openEvtx } from "../ingest/evtx/file.ts";
import { UserError } from "../model/user-error.ts";

export interface LogFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly chunkCount: number;
}

export interface FoundLogs {
  readonly files: readonly LogFile[];
  /** Files in folders that end in .evtx and are something else, or cannot be opened. */
  readonly damage: readonly Damage[];
}

/**
 * The EVTX files that the paths name: files as they are, folders looked through to the bottom, each file once, in order of name.
 *
 * `anyKind`: a file that is no EVTX file is one without chunks.
 *
 * @throws UserError when a path does not exist, a named file is no EVTX file, or nothing is found at all
 */
export function findLogs(paths: readonly string[], anyKind = false): FoundLogs {
  const files = new Map<string, LogFile>();
  const damage: Damage[] = [];
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new UserError(`${path}: there is no such file or folder; check the path.`);
    if (!stat.isDirectory()) files.set(path, logFile(path, anyKind));
    else for (const file of evtxFilesIn(path, damage)) addFound(file, files, damage, anyKind);
  }
  if (files.size === 0 && damage.length === 0)
    throw new UserError(`${paths.join(", ")}: no log file found; name .evtx files, or a folder that has some.`);
  return { files: [...files.values()], damage };
}

function addFound(path: string, files: Map<string, LogFile>, damage: Damage[], anyKind: boolean): void {
  try {
    files.set(path, logFile(path, anyKind));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    damage.push(unreadable(path, error instanceof NotEvtxError ? "not an EVTX file" : error.message));
  }
}

function logFile(path: string, anyKind: boolean): LogFile {
  try {
    using file = openEvtx(path);
    return { path, size: file.size, chunkCount: file.chunkCount };
  } catch (error) {
    if (anyKind && error instanceof NotEvtxError) return { path, size: statSync(path).size, chunkCount: 0 };
    if (error instanceof UserError || !isSystemError(error)) throw error;
    throw new UserError(`${path}: cannot be read (${error.code}); check that the file is there and may be read.`);
  }
}

/** Every file below a folder that is called .evtx, in order of name. */
export function* evtxFilesIn(folder: string, damage: Damage[]): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    damage.push(unreadable(folder, `the folder cannot be read (${error.code})`));
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* evtxFilesIn(path, damage);
    else if (entry.isFile() && entry.name.toLowerCase().endsWith(".evtx")) yield path;
  }
}

function unreadable(file: string, reason: string): Damage {
  return { file, offset: 0, chunk: undefined, recordId: undefined, kind: "lost", reason };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
