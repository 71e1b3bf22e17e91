import { type Coverage, CoverageMap } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { conclude } from "./conclude.ts";
import { splitEpisodes } from "./episodes.ts";
import { type FillContext, fillSteps } from "./fill.ts";
import { Kinds } from "./kinds.ts";
import type { SequenceRule, Step } from "./sequence-rule.ts";
import { Timeline } from "./timeline.ts";

/**
 * Concludes incidents from detections. It is a view: the same set of detections and coverage gives the same incidents,
 * in whatever order and however often they were added.
 */
export class Correlator {
  /** Inhibiting rules before those that they inhibit. */
  readonly #rules: readonly SequenceRule[];
  readonly #coverage = new CoverageMap();
  readonly #seen = new Map<string, Detection>();
  /** For each sequence: group key → the group's detections. */
  readonly #groups: ReadonlyMap<SequenceRule, Map<string, Group>>;
  readonly #users = new Map<string, SequenceRule[]>();

  constructor(rules: readonly SequenceRule[]) {
    this.#rules = inhibitorsFirst(rules);
    this.#groups = new Map(rules.map((rule) => [rule, new Map()]));
    for (const rule of rules)
      for (const name of rulesUsedBy(rule)) this.#users.set(name, [...(this.#users.get(name) ?? []), rule]);
  }

  /** Names of the detection rules that take part in some sequence; others need not be added. */
  get ruleNames(): readonly string[] {
    return [...this.#users.keys()];
  }

  add(detection: Detection): void {
    const users = this.#users.get(detection.rule.name);
    if (users === undefined) return;
    const known = this.#seen.get(detection.id);
    if (known !== undefined && !comesBefore(detection, known)) return;
    this.#seen.set(detection.id, detection);
    for (const rule of users) {
      if (known !== undefined) this.#groupOf(rule, known)?.detections.delete(known.id);
      this.#groupOf(rule, detection)?.detections.set(detection.id, detection);
    }
  }

  addCoverage(span: Coverage): void {
    this.#coverage.add(span);
  }

  /** All that is to be concluded now, in order of their beginning. */
  incidents(): readonly Incident[] {
    const incidents: Incident[] = [];
    const claims = new Map<string, Set<string>>();
    for (const rule of this.#rules) {
      const claimed = new Set<string>();
      claims.set(rule.name, claimed);
      const foreign = rule.inhibitedBy.map((name) => claims.get(name)).filter((set) => set !== undefined);
      for (const group of this.#groups.get(rule)?.values() ?? [])
        incidents.push(...this.#evaluate(rule, group, claimed, foreign));
    }
    return incidents.sort((a, b) => (a.started < b.started ? -1 : a.started > b.started ? 1 : a.id < b.id ? -1 : 1));
  }

  *#evaluate(
    rule: SequenceRule,
    group: Group,
    claimed: Set<string>,
    foreign: readonly Set<string>[],
  ): Generator<Incident> {
    const timeline = new Timeline([...group.detections.values()]);
    const kinds = new Map<Step, Kinds>();
    const context: FillContext = {
      coverage: this.#coverage,
      isClaimed: ({ id }) => claimed.has(id) || foreign.some((set) => set.has(id)),
      detectionsOf: (step) => timeline.of(step.rules),
      kindsOf: (step) => {
        const known =
          kinds.get(step) ?? new Kinds(timeline.of(step.rules), step.onset?.by ?? [], step.onset?.cluster ?? 0n);
        kinds.set(step, known);
        return known;
      },
    };
    for (const episode of splitEpisodes(rule, timeline)) {
      const filled = fillSteps(rule, episode, context);
      const last = filled.fills.at(-1);
      // What fills the last step, counted, is this episode's alone: one outage is one incident.
      if (last !== undefined && filled.fills.length === rule.steps.length && filled.fills.length > 1)
        for (const { id } of last.detections) claimed.add(id);
      const incident = conclude(rule, namesOf(rule, timeline), timeline, episode, filled);
      if (incident !== undefined) yield incident;
    }
  }

  /** The group that a detection belongs to, made if need be; none for one that lacks a field of the key. */
  #groupOf(rule: SequenceRule, detection: Detection): Group | undefined {
    const values = rule.groupBy.map((field) => groupValue(detection, field)?.toLowerCase());
    if (values.some((value) => value === undefined || value === "")) return undefined;
    const key = JSON.stringify(values);
    const groups = this.#groups.get(rule);
    const group = groups?.get(key) ?? { detections: new Map<string, Detection>() };
    groups?.set(key, group);
    return group;
  }
}

interface Group {
  /** By id. */
  readonly detections: Map<string, Detection>;
}

/**
 * Of two detections of one event and rule that came by roads which do not write it alike (another case, a field dropped), the one that counts.
 * It must not be the one that came first.
 */
function comesBefore(a: Detection, b: Detection): boolean {
  const text = ({ event, fields }: Detection) =>
    JSON.stringify([event.computer, event.channel, Object.entries(fields).sort()]);
  return text(a) < text(b);
}

function groupValue(detection: Detection, field: string): string | undefined {
  return field === "Computer" ? detection.event.computer : detection.fields[field];
}

/** The group's values as its earliest detection writes them: their case may differ from event to event. */
function namesOf(rule: SequenceRule, timeline: Timeline): Readonly<Record<string, string>> {
  const first = timeline.all[0];
  return Object.fromEntries(
    rule.groupBy.map((field) => [field, (first === undefined ? undefined : groupValue(first, field)) ?? ""]),
  );
}

/** Every detection rule that a sequence looks at. */
export function rulesUsedBy(rule: SequenceRule): readonly string[] {
  const names = [
    ...rule.steps.flatMap((step) => step.rules),
    ...(rule.until?.rules ?? []),
    ...rule.context.flatMap((context) => context.rules),
    ...rule.incident.raise.flatMap((raise) => raise.rules),
  ];
  return [...new Set(names)];
}

function inhibitorsFirst(rules: readonly SequenceRule[]): readonly SequenceRule[] {
  const ordered: SequenceRule[] = [];
  const visit = (rule: SequenceRule, path: readonly SequenceRule[]): void => {
    if (ordered.includes(rule) || path.includes(rule)) return;
    for (const name of rule.inhibitedBy) {
      const inhibitor = rules.find((other) => other.name === name);
      if (inhibitor !== undefined) visit(inhibitor, [...path, rule]);
    }
    ordered.push(rule);
  };
  for (const rule of rules) visit(rule, []);
  return ordered;
}
