import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../model/user-error.ts";
import { applyFilters } from "./apply-filters.ts";
import type { CorrelationRule } from "./correlate/correlation-rule.ts";
import type { SequenceRule } from "./correlate/sequence-rule.ts";
import type { StandardRule } from "./correlate/standard/standard-rule.ts";
import { reported, StandardLinker, withCaptures } from "./link-standard.ts";
import { type Inactive, type Parsed, parseRuleFile, type Refused } from "./parse-file.ts";
import { RuleIndex, resolveReferences } from "./references.ts";
import { throughCache } from "./rule-cache.ts";
import type { Placeholders } from "./sigma/expand.ts";
import type { RuleFilter } from "./sigma/filter.ts";
import type { DetectionRule } from "./sigma/rule.ts";
import { twinOf } from "./sigma/twins.ts";

export interface RuleSet {
  /** A rule whose category has a twin among Windows' own events (`twinOf`) comes a second time, for that, under the same id and name. */
  readonly detections: readonly DetectionRule[];
  readonly sequences: readonly SequenceRule[];
  /** Of Sigma's own types. */
  readonly correlations: readonly StandardRule[];
  /** Those that the conditions of `detections` hold already. */
  readonly filters: readonly RuleFilter[];
  readonly refused: readonly Refused[];
  readonly inactive: readonly Inactive[];
}

export interface LoadOptions {
  /** What `%name%` stands for in values with the modifier `expand`; a name that is not here refuses the rule. */
  readonly placeholders?: Placeholders;
}

/**
 * Reads rules from files and folders (recursively: `.yml` and `.yaml`, but not the examples in `.test.yml`), always in the same order.
 * A file that is named twice is read once. A rule that is wrong costs itself only. The second rule of an id or a name is refused, and so is a sequence that refers to a rule that is not there.
 *
 * @throws UserError when a path does not exist or cannot be read
 */
export function loadRules(paths: readonly string[], options: LoadOptions = {}): RuleSet {
  const placeholders = options.placeholders ?? new Map();
  const texts = new Map(ruleFiles(paths).map((file) => [file, readText(file)]));
  return throughCache(texts, placeholders, () =>
    assemble([...texts].flatMap(([file, text]) => parseRuleFile(text, file, placeholders))),
  );
}

function assemble(parsed: readonly Parsed[]): RuleSet {
  const index = new RuleIndex();
  const refused: Refused[] = [];
  const inactive: Inactive[] = [];
  const detections: DetectionRule[] = [];
  const sequences: SequenceRule[] = [];
  const correlations: StandardRule[] = [];
  const filters: RuleFilter[] = [];
  for (const one of parsed) {
    if (one.kind === "filter") {
      filters.push(one);
      continue;
    }
    const problem = one.kind === "refused" ? undefined : index.add(one);
    if (problem !== undefined) refused.push(problem);
    else if (one.kind === "refused") refused.push(one);
    else if (one.kind === "inactive") inactive.push(one);
    else if (one.kind === "detection") detections.push(one);
    else if (one.kind === "sequence") sequences.push(one);
    else correlations.push(one);
  }
  const resolved = sequences.map((sequence) => resolveReferences(sequence, index));
  const applied = applyFilters(detections, filters, index);
  const linker = new StandardLinker(index);
  const linked = correlations.map((rule) => linker.link(rule));
  const usable = linked.filter((one) => one.kind === "standard");
  return {
    detections: withCaptures(applied.detections, usable).flatMap(withTwin),
    sequences: resolved.filter((one) => one.kind === "sequence"),
    correlations: usable,
    filters: applied.filters,
    refused: [...refused, ...applied.refused, ...[...resolved, ...linked].filter((one) => one.kind === "refused")],
    inactive,
  };
}

function withTwin(rule: DetectionRule): readonly DetectionRule[] {
  const twin = twinOf(rule);
  return twin === undefined ? [rule] : [rule, twin];
}

/** The rules that conclude incidents: building blocks of other correlations do so only where `generate` asks for it. */
export function concluding({
  sequences,
  correlations,
}: Pick<RuleSet, "sequences" | "correlations">): readonly CorrelationRule[] {
  return [...sequences, ...reported(correlations)];
}

/**
 * The files that `loadRules` reads, each once.
 *
 * @throws UserError when a path does not exist
 */
export function ruleFiles(paths: readonly string[]): readonly string[] {
  const files = new Map<string, string>();
  for (const { whole, file } of paths.flatMap(filesAt)) if (!files.has(whole)) files.set(whole, file);
  return [...files.values()];
}

interface Found {
  readonly file: string;
  /** Its whole path. */
  readonly whole: string;
}

function filesAt(path: string): readonly Found[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new UserError(`No rules at ${path}: there is no such file or folder.`);
  if (!stat.isDirectory()) return [{ file: path, whole: resolve(path) }];
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /(?<!\.test)\.ya?ml$/.test(entry.name),
  );
  // Paths are worked out once a folder, not once a file.
  const byFolder = Map.groupBy(files, ({ parentPath }) => parentPath);
  return Array.from(byFolder, ([folder, entries]) => {
    const [named, whole] = [join(folder, "_").slice(0, -1), join(resolve(folder), "_").slice(0, -1)];
    return entries.map(({ name }) => ({ file: named + name, whole: whole + name }));
  })
    .flat()
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`Cannot read the rules in ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
