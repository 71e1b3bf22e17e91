import { stderr, stdout } from "node:process";
import { eventRef, type WindowsEvent } from "../model/event.ts";
import { UserError } from "../model/user-error.ts";
import { DamageReport } from "../pipeline/damage-report.ts";
import { Explainer } from "../rules/explain.ts";
import type { DetectionRule } from "../rules/sigma/rule.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { explainCorrelation } from "./explain-correlation.ts";
import { findRule } from "./find-rule.ts";
import { readEvents } from "./read-events.ts";
import { correlationJson, correlationText } from "./report/correlation-words.ts";
import { damageLines } from "./report/damage-lines.ts";
import { type Explained, type ExplainedEvent, explainedJson, explainedText } from "./report/explanation-words.ts";
import { lookOf } from "./report/look.ts";
import type { RuleOptions } from "./rule-options.ts";

export interface ExplainOptions extends RuleOptions {
  readonly event: readonly string[];
  readonly record?: bigint;
  readonly format: "text" | "json";
}

/** Runs `rootcause rules explain RULE --event FILE`. */
export async function explainRule(name: string, options: ExplainOptions): Promise<ExitCode> {
  const { rule, set, placeholders } = await findRule(name, options);
  const damage = new DamageReport();
  const events = readEvents(options.event, damage);
  const isJson = options.format === "json";
  if (rule.kind === "detection") {
    const explained = await explainEvents(new Explainer(rule, set, placeholders), rule, events, options);
    stdout.write(isJson ? explainedJson(explained) : explainedText(explained, lookOf(stdout)));
  } else {
    if (options.record !== undefined) throw new UserError(`"${rule.name}" correlates many events: leave out --record.`);
    const explained = await explainCorrelation(rule, set, events);
    stdout.write(isJson ? correlationJson(explained) : correlationText(explained));
  }
  stderr.write(damageLines(damage.byFile()));
  return damage.lostRecords > 0 ? EXIT.unreadable : EXIT.ok;
}

/** Events that are shown when no record is named: the first that match, or else those that came nearest. */
const SHOWN = 3;

async function explainEvents(
  explainer: Explainer,
  rule: DetectionRule,
  events: AsyncIterable<WindowsEvent>,
  { event: paths, record }: ExplainOptions,
): Promise<Explained> {
  const counts = { event: 0, twin: 0, other: 0 };
  let matching = 0;
  let nearest: readonly (ExplainedEvent & { readonly nearness: number })[] = [];
  for await (const event of events) {
    const ref = eventRef(event);
    if (record !== undefined && ref.recordId !== record) continue;
    const kind = explainer.kindOf(event);
    counts[kind]++;
    const matches = explainer.matches(event);
    if (matches) matching++;
    // Nothing comes nearer than what matches.
    if ((kind === "other" && record === undefined) || (nearest[SHOWN - 1]?.nearness ?? 0) > 1) continue;
    const explanation = explainer.explain(event);
    const items = explanation.parts.flatMap(({ searches }) => searches.flatMap((search) => search.items));
    const nearness = matches ? 2 : items.filter(({ holds }) => holds === "yes").length / Math.max(1, items.length);
    nearest = [...nearest, { ref, explanation, nearness }].toSorted((a, b) => b.nearness - a.nearness).slice(0, SHOWN);
  }
  if (record !== undefined && nearest.length === 0)
    throw new UserError(
      `${paths.join(", ")}: no event has the EventRecordID ${record}; check the number and the file.`,
    );
  return {
    rule,
    counts: { events: counts.event + counts.twin + counts.other, ...counts, matching },
    shown: nearest.filter(({ explanation }) => explanation.matches || matching === 0),
  };
}
