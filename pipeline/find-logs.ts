import { closeSync, type Dirent, existsSync, openSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { NotEvtxError, openEvtx, refusePipe } from "../ingest/evtx/file.ts";
import { isTextLog } from "../ingest/files/text-file.ts";
import { UserError } from "../model/user-error.ts";
import { STORE_MARKER } from "../storage/store-folder.ts";
import type { FoundDamage } from "./damage-report.ts";
import { isFileError } from "./file-error.ts";

export interface LogFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** JSON or event XML, and not EVTX. */
  readonly isText: boolean;
  /** Undefined for what is no EVTX file. */
  readonly chunkCount: number | undefined;
  /** By the user; otherwise it was found in a folder. */
  readonly isNamed: boolean;
}

export interface FoundLogs {
  readonly files: readonly LogFile[];
  /** Files in folders that are called as logs are and cannot be opened, or end in .evtx and are something else. */
  readonly damage: readonly FoundDamage[];
}

/**
 * The EVTX files, and files of JSON and event XML, that the paths name: files as they are, folders looked through to the bottom, each file once, in order of name.
 *
 * `anyKind`: a file that is neither is no mistake.
 *
 * @throws UserError when a path does not exist, a named file is no EVTX file, or nothing is found at all
 */
export function findLogs(paths: readonly string[], anyKind = false): FoundLogs {
  const files = new Map<string, LogFile>();
  const damage: FoundDamage[] = [];
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new UserError(`${path}: there is no such file or folder; check the path.`);
    if (!stat.isDirectory()) files.set(path, logFile(path, true, anyKind));
    else for (const file of filesIn(path, isLog, damage)) if (!files.has(file)) addFound(file, files, damage, anyKind);
  }
  if (files.size === 0 && damage.length === 0)
    throw new UserError(
      `${paths.join(", ")}: no log file found; name files that end in .evtx, .json, .jsonl, .ndjson or .xml (or .gz of the last four), or a folder that has some.`,
    );
  return { files: [...files.values()], damage };
}

/** Whether `--follow` can go on with these: what is no folder must be an EVTX log, now or later. @throws UserError for what cannot be one */
export function refuseUnfollowable(paths: readonly string[]): void {
  for (const path of paths) {
    if (!existsSync(path)) throw new UserError(`${path}: there is no such file or folder; check the path.`);
    if (isFolder(path)) continue;
    if (isTextLog(path))
      throw new UserError(`${path}: only EVTX logs are followed; read files of JSON or XML without --follow.`);
    refusePipe(path);
  }
}

function isLog(name: string): boolean {
  return isEvtx(name) || isTextLog(name);
}

function isEvtx(name: string): boolean {
  return name.toLowerCase().endsWith(".evtx");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function addFound(path: string, files: Map<string, LogFile>, damage: FoundDamage[], anyKind: boolean): void {
  try {
    files.set(path, logFile(path, false, anyKind));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    damage.push(unreadable(path, error instanceof NotEvtxError ? "not an EVTX file" : error.message));
  }
}

function logFile(path: string, isNamed: boolean, anyKind: boolean): LogFile {
  try {
    if (isTextLog(path)) {
      refusePipe(path);
      // Here and not later: a file that cannot be opened is known at once.
      closeSync(openSync(path, "r"));
      return { path, size: statSync(path).size, isText: true, chunkCount: undefined, isNamed };
    }
    using file = openEvtx(path);
    return { path, size: file.size, isText: false, chunkCount: file.chunkCount, isNamed };
  } catch (error) {
    if (anyKind && error instanceof NotEvtxError)
      return { path, size: statSync(path).size, isText: false, chunkCount: undefined, isNamed };
    if (isNamed && error instanceof NotEvtxError)
      throw new UserError(
        `${error.message}; ${isEvtx(path) ? "look for records in it with --recover" : "a file of JSON or XML must end in .json, .jsonl, .ndjson or .xml, or one of these and .gz"}.`,
      );
    if (error instanceof UserError || !isFileError(error)) throw error;
    throw new UserError(`${path}: cannot be read (${error.code}); check that the file is there and may be read.`);
  }
}

/** Every file below a folder that is called .evtx, in order of name. */
export function evtxFilesIn(folder: string, damage: FoundDamage[]): Iterable<string> {
  return filesIn(folder, isEvtx, damage);
}

/**
 * Links are not followed: a collection comes from the attacked machine, and a link in it may lead to anything of this one, or round in circles. A link that
 * would be read is told.
 */
function* filesIn(folder: string, isWanted: (name: string) => boolean, damage: FoundDamage[]): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (!isFileError(error)) throw error;
    damage.push(unreadable(folder, `the folder cannot be read (${error.code})`));
    return;
  }
  // A store is no place for logs, and has thousands of files.
  if (entries.some(({ name }) => name === STORE_MARKER)) return;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path, isWanted, damage);
    else if (entry.isFile() && isWanted(entry.name)) yield path;
    else if (entry.isSymbolicLink() && (isWanted(entry.name) || leadsToFolder(path)))
      damage.push(unreadable(path, "it is a link, and is not followed: name it to have it read"));
  }
}

function leadsToFolder(link: string): boolean {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
}

function unreadable(file: string, reason: string): FoundDamage {
  return { file, offset: 0, kind: "lost", reason };
}
