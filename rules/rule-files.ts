import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../model/user-error.ts";
import type { Refused } from "./parse-file.ts";

/** What there is to read at some paths. Paths are as they were named, or lie below such a one. */
export interface RuleFiles {
  /** `.yml` and `.yaml`, but not the examples. */
  readonly rules: readonly string[];
  /** `.test.yml` and `.test.yaml`. */
  readonly examples: readonly string[];
  /** Files and folders that are there and cannot be opened, and links that lead nowhere. */
  readonly unreadable: readonly Refused[];
}

/**
 * The files of rules at these paths and below them, and their examples; of a file that is named, those beside it. Links are followed, and each file
 * and folder is visited once by whatever names it is reached. What is hidden is passed over unless it is named: it is an editor's, or Git's, or what the visible links lead to
 * where Kubernetes mounts a ConfigMap.
 *
 * @throws UserError when a path does not exist or cannot be opened
 */
export function findRuleFiles(paths: readonly string[]): RuleFiles {
  const walk = new Walk();
  for (const path of paths) walk.start(path);
  return walk.found();
}

/** All files at these paths that are, or should be, rules. */
export function ruleFilesAt(paths: readonly string[]): readonly string[] {
  const { rules, unreadable } = findRuleFiles(paths);
  return [...rules, ...unreadable.map(({ place }) => place.file)];
}

/** One name for a file, by whatever links it is reached; the path itself where there is none such. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return resolve(path);
  }
}

/** What a file that cannot be opened costs: itself. */
export function unreadable(path: string, error: unknown): Refused {
  const reason = `cannot be opened: ${messageOf(error)}`;
  return { kind: "refused", place: { file: path, line: 1 }, rule: "", reason, isFilter: false };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

class Walk {
  readonly #rules: string[] = [];
  readonly #examples: string[] = [];
  readonly #unreadable: Refused[] = [];
  /** Real paths of files and folders. */
  readonly #visited = new Set<string>();
  /** They wait for all that lies in the folder itself, which is better named by its own path. */
  #links: string[] = [];

  start(path: string): void {
    const stats = statsOfNamed(path);
    const first = [this.#rules.length, this.#examples.length] as const;
    if (stats.isDirectory()) this.#folder(path);
    else this.#named(path);
    // Links are added while they are followed.
    for (const link of this.#links) this.#follow(link);
    this.#links = [];
    sortFrom(this.#rules, first[0]);
    sortFrom(this.#examples, first[1]);
  }

  found(): RuleFiles {
    return { rules: this.#rules, examples: this.#examples, unreadable: this.#unreadable };
  }

  /** A file that is named is rules, whatever it is called. */
  #named(path: string): void {
    if (this.#isNew(realPathOf(path))) this.#rules.push(path);
    const examples = path.replace(/(\.ya?ml)$/, ".test$1");
    if (examples !== path && statSync(examples, { throwIfNoEntry: false })?.isFile())
      this.#file(examples, realPathOf(examples));
  }

  #folder(path: string): void {
    const real = realPathOf(path);
    if (!this.#isNew(real)) return;
    // Paths are worked out once a folder, not once a file.
    const [before, beforeReal] = [join(path, "_").slice(0, -1), join(real, "_").slice(0, -1)];
    for (const entry of this.#entriesOf(path)) {
      if (entry.name.startsWith(".")) continue;
      const below = before + entry.name;
      if (entry.isSymbolicLink()) this.#links.push(below);
      else if (entry.isDirectory()) this.#folder(below);
      else if (entry.isFile()) this.#file(below, beforeReal + entry.name);
    }
  }

  #entriesOf(path: string) {
    try {
      return readdirSync(path, { withFileTypes: true });
    } catch (error) {
      this.#unreadable.push(unreadable(path, error));
      return [];
    }
  }

  #follow(link: string): void {
    try {
      const stats = statSync(link);
      if (stats.isDirectory()) this.#folder(link);
      else if (stats.isFile()) this.#file(link, realPathOf(link));
    } catch (error) {
      this.#unreadable.push(unreadable(link, error));
    }
  }

  #file(path: string, real: string): void {
    if (!/\.ya?ml$/.test(path) || !this.#isNew(real)) return;
    (/\.test\.ya?ml$/.test(path) ? this.#examples : this.#rules).push(path);
  }

  #isNew(real: string): boolean {
    const { size } = this.#visited;
    return this.#visited.add(real).size > size;
  }
}

function statsOfNamed(path: string): Stats {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new UserError(`Cannot read the rules in ${path}: ${messageOf(error)}`);
  }
  if (stats === undefined) throw new UserError(`No rules at ${path}: there is no such file or folder.`);
  return stats;
}

/** Sorts what an array holds from here on. */
function sortFrom(paths: string[], first: number): void {
  paths.push(...paths.splice(first).sort());
}
