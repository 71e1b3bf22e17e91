import { type Detection, isAtLeast, type Level } from "../../model/detection.ts";
import { isBefore } from "../../model/event.ts";
import { EVIDENCE_KEPT, type Evidence, type Incident, incidentId, type Strength } from "../../model/incident.ts";
import { MINUTE, type Ticks } from "../../model/ticks.ts";
import { type Episode, isPlain } from "./episodes.ts";
import { evidenceEvent } from "./evidence.ts";
import type { Filled, StepFill } from "./fill.ts";
import { countOf, foldedIn } from "./held.ts";
import type { Context, Raise, SequenceRule } from "./sequence-rule.ts";
import type { Timeline } from "./timeline.ts";
import { fillTemplate, verdictOf } from "./wording.ts";

/** One boot writes several markers, and services follow it: within this time they are one restart. */
const SAME_RESTART = 10n * MINUTE;

/** Makes the incident of an episode; undefined while it has not come to the state from which the rule reports. */
export function conclude(
  rule: SequenceRule,
  group: Readonly<Record<string, string>>,
  timeline: Timeline,
  episode: Episode,
  filled: Filled,
): Incident | undefined {
  const reached = filled.fills.at(-1)?.step.state;
  const anchor = episode.armed[0];
  if (reached === undefined || anchor === undefined || !isReported(rule, reached)) return undefined;

  const suspects = suspectsOf(rule, episode, timeline);
  const filling = filled.fills.map((fill, index) => relevant(rule, filled.fills, fill, index));
  const steps = filled.fills.map(({ step }, index) => {
    const detections = filling[index] ?? [];
    const prominent = index === 0 ? [...suspects, ...oneOfEach(rule.link, detections)] : [];
    return evidenceOf(step.state, "step", detections, prominent);
  });
  const contexts = rule.context.flatMap((context) => contextEvidence(context, steps, timeline));
  const evidence = [...steps, ...contexts.map((found) => found.evidence)];
  const raised = rule.incident.raise.filter((raise) => holds(raise, episode, timeline));
  const strength = strengthOf(rule, filled.fills, contexts);
  const resolvedAt = resolutionOf(rule, episode, filled);
  const state = resolvedAt === undefined ? reached : "resolved";
  const places = {
    group,
    evidence,
    named: new Map(suspects.length === 0 ? [] : [[rule.steps[0]?.state ?? "", suspects.map(evidenceEvent)]]),
    link: rule.link,
  };
  const onset = filled.fills.find((fill) => fill.onset !== undefined)?.onset ?? filled.missed;
  return {
    id: incidentId(
      rule.id,
      Object.values(group).map((value) => value.toLowerCase()),
      anchor.id,
    ),
    rule: { id: rule.id, name: rule.name, title: rule.title, level: rule.level },
    group,
    state,
    severity: state === "resolved" ? resolvedSeverity(rule, reached) : severityOf(rule, reached, raised),
    title: fillTemplate(rule.incident.title[state] ?? rule.incident.title[reached] ?? rule.title, places),
    started: steps[0]?.events[0]?.event.time ?? anchor.event.time,
    updated: latest([...steps.map((step) => step.last), resolvedAt ?? 0n]),
    strength,
    verdict: verdictOf({
      rule,
      filled,
      strength,
      state,
      raised,
      contexts: contexts.map(({ context }) => context),
      counted: foldedIn(filling.flat()),
    }),
    onset,
    evidence,
    advice: fillTemplate(rule.incident.advice, places),
  };
}

/** While nothing fails, taking the cause back resolves it; what fails is resolved only when the failures have ended as well. */
function resolutionOf(rule: SequenceRule, episode: Episode, filled: Filled): Ticks | undefined {
  const last = filled.fills.at(-1);
  return last !== undefined && last.step === rule.steps.at(-1) && !isPlain(last.step)
    ? last.endedAt
    : episode.resolvedAt;
}

function isReported(rule: SequenceRule, state: string): boolean {
  const states = rule.steps.map((step) => step.state);
  return states.indexOf(state) >= states.indexOf(rule.incident.from);
}

/** Of the first step, what can have caused the second: what still stood then, and not too long ago. */
function relevant(rule: SequenceRule, fills: readonly StepFill[], fill: StepFill, index: number): readonly Detection[] {
  const next = index === 0 ? fills[1]?.detections[0] : undefined;
  const within = rule.steps[1]?.within;
  if (next === undefined || within === undefined) return fill.detections;
  const near = fill.detections.filter(
    ({ event }) => !isBefore(next.event, event) && next.event.time - event.time <= within,
  );
  return near.length > 0 ? near : fill.detections;
}

/** Counts all and keeps some: of the first step what is more than everyday, then each certificate once, then whatever came first. */
function evidenceOf(
  step: string,
  role: Evidence["role"],
  detections: readonly Detection[],
  prominent: readonly Detection[] = [],
): Evidence {
  const present = new Set(detections);
  const kept = [...new Set(prominent.filter((detection) => present.has(detection))).union(present)].slice(
    0,
    EVIDENCE_KEPT,
  );
  const first = detections[0]?.event.time ?? 0n;
  const last = detections.at(-1)?.event.time ?? first;
  return { step, role, count: countOf(detections), first, last, events: kept.map(evidenceEvent) };
}

/** The first detection of each value of a linking field, so that all of them are named. */
function oneOfEach(link: readonly string[], detections: readonly Detection[]): readonly Detection[] {
  const first = new Map<string, Detection>();
  for (const detection of detections)
    for (const field of link) {
      const value = detection.fields[field];
      if (value !== undefined && !first.has(value)) first.set(value, detection);
    }
  return [...first.values()];
}

interface FoundContext {
  readonly context: Context;
  readonly evidence: Evidence;
}

function contextEvidence(context: Context, steps: readonly Evidence[], timeline: Timeline): readonly FoundContext[] {
  const at = steps.find((step) => step.step === context.at)?.first;
  if (at === undefined) return [];
  const detections = timeline.of(context.rules).between(at - context.before, at + context.after);
  return detections.length === 0 ? [] : [{ context, evidence: evidenceOf(context.name, context.role, detections) }];
}

function holds(raise: Raise, episode: Episode, timeline: Timeline): boolean {
  if (raise.when === "ever" && raise.same.length === 0) return timeline.of(raise.rules).detections.length > 0;
  return episode.armed.some((armed) => raises(raise, armed, timeline));
}

/** Whether this very detection is what a `raise` warns of. */
function raises(raise: Raise, armed: Detection, timeline: Timeline): boolean {
  return timeline
    .of(raise.rules)
    .detections.some(
      (other) =>
        raise.same.every(
          (field) =>
            other.fields[field] !== undefined &&
            other.fields[field]?.toLowerCase() === armed.fields[field]?.toLowerCase(),
        ) && isThere(raise.when, other, armed),
    );
}

function isThere(when: Raise["when"], other: Detection, armed: Detection): boolean {
  switch (when) {
    case "ever":
      return true;
    case "before":
      return !isBefore(armed.event, other.event) && !isSameEvent(other, armed);
    case "evidence":
      return isSameEvent(other, armed);
  }
}

/** The detections of the first step that are more than everyday; none where all are alike. */
function suspectsOf(rule: SequenceRule, episode: Episode, timeline: Timeline): readonly Detection[] {
  const telling = rule.incident.raise.filter((raise) => raise.when !== "ever" || raise.same.length > 0);
  return episode.armed.filter((armed) => telling.some((raise) => raises(raise, armed, timeline)));
}

function isSameEvent(a: Detection, b: Detection): boolean {
  const [one, other] = [a.event, b.event];
  return (
    one.recordId === other.recordId &&
    one.time === other.time &&
    one.channel === other.channel &&
    one.computer.toLowerCase() === other.computer.toLowerCase()
  );
}

function severityOf(rule: SequenceRule, state: string, raised: readonly Raise[]): Level {
  let severity = rule.incident.severity[state] ?? rule.level;
  for (const { to } of raised) {
    const level = to[state];
    if (level !== undefined && isAtLeast(level, severity)) severity = level;
  }
  return severity;
}

/** What has failed is worth a look back; what was taken back before it did is not. */
function resolvedSeverity(rule: SequenceRule, reached: string): Level {
  return reached === rule.steps.at(-1)?.state ? (rule.incident.severity.resolved ?? "informational") : "informational";
}

/** DOMAIN.md I.3: the same certificate named in cause and failure; else the first restart after the change and nothing that speaks against it; else mere order. */
function strengthOf(rule: SequenceRule, fills: readonly StepFill[], contexts: readonly FoundContext[]): Strength {
  const cause = fills[0]?.detections ?? [];
  const failing = fills.length === rule.steps.length && fills.length > 1 ? (fills.at(-1)?.detections ?? []) : [];
  if (failing.length === 0) return "weak";
  if (rule.link.some((field) => shareValue(field, cause, failing))) return "strong";
  if (contexts.some(({ context }) => context.role === "counter")) return "weak";
  return followsFirst(fills) ? "medium" : "weak";
}

function shareValue(field: string, cause: readonly Detection[], failing: readonly Detection[]): boolean {
  const values = new Set(cause.map((detection) => detection.fields[field]?.toUpperCase()));
  values.delete(undefined);
  return failing.some((detection) => values.has(detection.fields[field]?.toUpperCase()));
}

/** The failures began after the first restart, not after a later one that changed nothing more. */
function followsFirst(fills: readonly StepFill[]): boolean {
  const restarts = fills.at(-2)?.detections ?? [];
  const began = fills.at(-1)?.detections[0]?.event.time ?? 0n;
  const first = restarts[0]?.event.time ?? 0n;
  return !restarts.some(({ event }) => event.time > first + SAME_RESTART && event.time <= began);
}

function latest(times: readonly Ticks[]): Ticks {
  return times.reduce((a, b) => (b > a ? b : a), 0n);
}
