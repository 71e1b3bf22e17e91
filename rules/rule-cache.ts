import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { findPackageJSON } from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import process, { env, platform, version } from "node:process";
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { RuleSet } from "./load.ts";
import { type Condition, isTree } from "./sigma/condition.ts";
import type { Placeholders } from "./sigma/expand.ts";
import { keepOutline, type Outline, outlineOf } from "./sigma/outline.ts";
import type { DetectionRule } from "./sigma/rule.ts";

/** Rule files as they were read: path and text. */
export type Texts = ReadonlyMap<string, string>;

/** Fewer characters are read again as fast as they are looked up. */
const WORTH_KEEPING = 16_384;
/** Sets of rules that are kept, the latest of all. */
const MAX_SETS = 8;
/** Bytes of one; all public rules take a tenth. */
const MAX_SIZE = 100 << 20;

/**
 * What `load` makes of these files, from the user's cache folder when the same files came to it before, at any time. Their text decides, where they lie,
 * the placeholders, and rootcause's own code. Nothing there, or nothing that can be used, is no error: then it is loaded, and kept if it can be.
 */
export function throughCache(texts: Texts, placeholders: Placeholders, load: () => RuleSet): RuleSet {
  const file = fileOf(texts, placeholders);
  const kept = file === undefined ? undefined : read(file);
  if (kept !== undefined) return kept;
  const set = load();
  if (file !== undefined) keep(file, set);
  return set;
}

/** Undefined where nothing is to be kept. */
function fileOf(texts: Texts, placeholders: Placeholders): string | undefined {
  if (texts.values().reduce((sum, { length }) => sum + length, 0) < WORTH_KEEPING) return undefined;
  try {
    const folder = cacheFolder();
    return folder === undefined ? undefined : join(folder, `${keyOf(texts, placeholders)}.rules`);
  } catch {
    // No home, or no sources to tell one rootcause from another.
    return undefined;
  }
}

function keyOf(texts: Texts, placeholders: Placeholders): string {
  const lengths = Array.from(texts, ([file, { length }]) => [file, length]);
  const hash = createHash("sha256").update(JSON.stringify([codeKey(), [...placeholders], lengths]));
  for (const text of texts.values()) hash.update(text);
  return hash.digest("hex");
}

let code: string | undefined;

/** Of what decides what a text means: a version alone does not tell that a parser was mended. */
function codeKey(): string {
  if (code !== undefined) return code;
  const hash = createHash("sha256").update(version);
  for (const folder of [import.meta.dirname, join(import.meta.dirname, "../model")])
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort())
      if (/\.[jt]s$/.test(file)) hash.update(readFileSync(join(folder, file)));
  for (const name of ["yaml", "re2js"]) hash.update(readFileSync(findPackageJSON(name, import.meta.url) ?? ""));
  code = hash.digest("hex");
  return code;
}

/** Where the user's programs keep what they can make again. */
function cacheFolder(): string | undefined {
  const { XDG_CACHE_HOME: asked, LOCALAPPDATA: local } = env;
  if (asked !== undefined && isAbsolute(asked)) return join(asked, "rootcause");
  if (platform === "win32") return local === undefined ? undefined : join(local, "rootcause", "Cache");
  return join(homedir(), platform === "darwin" ? "Library/Caches" : ".cache", "rootcause");
}

/**
 * A set of rules as a file holds it, after the checksum of the rest. Outlines and conditions are most of it and stand for themselves, end to end: each is read when it is first
 * asked for, which most never are, for no event comes that they are for. Unlike those just parsed they are not frozen, which would take as long again.
 */
interface Kept {
  readonly set: Omit<RuleSet, "detections">;
  readonly rules: readonly Omit<DetectionRule, "condition">[];
  /** Where the outline of each rule ends, and where its condition, which stands behind it. */
  readonly ends: readonly number[];
  readonly conditions: Uint8Array;
}

const CHECKSUM = 4;

function read(file: string): RuleSet | undefined {
  try {
    const bytes = readOwn(file);
    if (bytes === undefined || bytes.readUInt32LE() !== crc32(bytes.subarray(CHECKSUM))) return undefined;
    const kept: unknown = deserialize(bytes.subarray(CHECKSUM));
    return isKept(kept) ? revived(kept) : undefined;
  } catch {
    return undefined;
  }
}

/** Rules that anyone else could have written are not taken. */
function readOwn(file: string): Buffer | undefined {
  const opened = openSync(file, "r");
  try {
    const { uid, mode, size } = fstatSync(opened);
    // Windows has neither; there the folder is the user's alone.
    const user = process.getuid?.();
    const isOwn = user === undefined || (uid === user && (mode & 0o022) === 0);
    return isOwn && size <= MAX_SIZE ? readFileSync(opened) : undefined;
  } finally {
    closeSync(opened);
  }
}

/** The checksum vouches for what is inside. */
function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  if (!("set" in value && "rules" in value && "ends" in value && "conditions" in value)) return false;
  const { rules, ends, conditions } = value;
  return (
    Array.isArray(rules) &&
    Array.isArray(ends) &&
    conditions instanceof Uint8Array &&
    2 * rules.length === ends.length &&
    (ends.at(-1) ?? 0) === conditions.length
  );
}

function revived({ set, rules, ends, conditions }: Kept): RuleSet {
  const bytes = Buffer.from(conditions.buffer, conditions.byteOffset, conditions.length);
  const part = (number: number) => bytes.subarray(ends[number - 1] ?? 0, ends[number]);
  const detections = rules.map((rule, at): DetectionRule => {
    let condition: Condition | undefined;
    return Object.freeze({
      ...rule,
      get condition(): Condition {
        condition ??= readCondition(part(2 * at + 1));
        return condition;
      },
    });
  });
  for (const [at, rule] of detections.entries())
    keepOutline(rule, () => JSON.parse(part(2 * at).toString()) as Outline);
  return { ...set, detections };
}

/** JSON, which is read faster, unless a part stands in several places of it: written out in each, a short rule may become endless. */
function writtenCondition(condition: Condition): Buffer {
  return isTree(condition) ? Buffer.from(JSON.stringify(condition)) : serialize(condition);
}

function readCondition(bytes: Buffer): Condition {
  return (bytes[0] === BRACE ? JSON.parse(bytes.toString()) : deserialize(bytes)) as Condition;
}

const BRACE = 0x7b;

/** At once or not at all; a disk that is full or a folder that cannot be written is no harm. */
function keep(file: string, set: RuleSet): void {
  const part = `${file}.${randomUUID()}`;
  try {
    const bytes = serialize(keptOf(set));
    if (bytes.length + CHECKSUM > MAX_SIZE) return;
    const checksum = Buffer.alloc(CHECKSUM);
    checksum.writeUInt32LE(crc32(bytes));
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(part, Buffer.concat([checksum, bytes]), { mode: 0o600 });
      renameSync(part, file);
    } finally {
      rmSync(part, { force: true });
    }
    forgetOldest(dirname(file));
  } catch {}
}

function keptOf({ detections, ...set }: RuleSet): Kept {
  const parts = detections.flatMap((rule) => [
    Buffer.from(JSON.stringify(outlineOf(rule))),
    writtenCondition(rule.condition),
  ]);
  const ends: number[] = [];
  for (const { length } of parts) ends.push((ends.at(-1) ?? 0) + length);
  return {
    set,
    rules: detections.map(({ condition: _, ...rule }) => rule),
    ends,
    conditions: Buffer.concat(parts),
  };
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.includes(".rules"))
    .map((name) => join(folder, name));
  const age = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const byAge = files.map((file) => ({ file, at: age(file) })).sort((a, b) => b.at - a.at);
  for (const { file } of byAge.slice(MAX_SETS)) rmSync(file, { force: true });
}
