import { readFileSync } from "node:fs";
import { applyFilters } from "./apply-filters.ts";
import type { CorrelationRule } from "./correlate/correlation-rule.ts";
import type { SequenceRule } from "./correlate/sequence-rule.ts";
import type { StandardRule } from "./correlate/standard/standard-rule.ts";
import { reported, StandardLinker, withCaptures } from "./link-standard.ts";
import { type Inactive, type Parsed, parseRuleFile, type Refused } from "./parse-file.ts";
import { RuleIndex, resolveReferences } from "./references.ts";
import { throughCache } from "./rule-cache.ts";
import { findRuleFiles, unreadable } from "./rule-files.ts";
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
 * Reads rules from files and folders (as `findRuleFiles` finds them), always in the same order.
 * A rule that is wrong costs itself only, and so does a file below a folder that cannot be opened. The second rule of an id or a name is refused, and so is a
 * sequence that refers to a rule that is not there.
 *
 * @throws UserError when a path does not exist or cannot be opened
 */
export function loadRules(paths: readonly string[], options: LoadOptions = {}): RuleSet {
  const placeholders = options.placeholders ?? new Map();
  const found = findRuleFiles(paths);
  const faults = [...found.unreadable];
  const texts = new Map<string, string>();
  for (const file of found.rules)
    try {
      texts.set(file, readFileSync(file, "utf8"));
    } catch (error) {
      faults.push(unreadable(file, error));
    }
  const set = throughCache(texts, placeholders, () =>
    assemble([...texts].flatMap(([file, text]) => parseRuleFile(text, file, placeholders))),
  );
  return faults.length === 0 ? set : { ...set, refused: [...faults, ...set.refused] };
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
