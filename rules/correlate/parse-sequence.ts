import { SECOND, type Ticks, ticksFromTimespan } from "../../model/ticks.ts";
import { parseHead } from "../sigma/parse-head.ts";
import {
  asMap,
  asOneOf,
  asScalar,
  asText,
  asTexts,
  faultAt,
  onlyKeys,
  optionalText,
  required,
} from "../sigma/yaml-read.ts";
import type { YamlMap, YamlNode } from "../sigma/yaml-tree.ts";
import { parseIncident } from "./parse-incident.ts";
import type { Context, OnsetTest, SequenceRule, Step, Until } from "./sequence-rule.ts";

const CORRELATION_KEYS = ["type", "group-by", "steps", "until", "context", "inhibited-by", "link"];

/**
 * Reads a correlation document of our type `sequence` (docs/correlation.md).
 *
 * @throws RuleFault at the first fault
 */
export function parseSequence(map: YamlMap, correlation: YamlMap, file: string): SequenceRule {
  const head = parseHead(map);
  onlyKeys(correlation, CORRELATION_KEYS);
  const steps = parseSteps(required(correlation, "steps", "at least one"));
  const states = steps.map(({ state }) => state);
  const until = correlation.entries.get("until");
  const link = correlation.entries.get("link");
  const inhibitedBy = correlation.entries.get("inhibited-by");
  return Object.freeze({
    kind: "sequence",
    ...head,
    place: { file, line: map.line },
    groupBy: asTexts(required(correlation, "group-by", "captured fields, or Computer")),
    steps,
    until: until === undefined ? undefined : parseUntil(until),
    context: listOf(correlation.entries.get("context")).map((node) => parseContext(node, states)),
    inhibitedBy: inhibitedBy === undefined ? [] : asTexts(inhibitedBy),
    link: link === undefined ? [] : asTexts(link),
    incident: parseIncident(required(map, "incident", "title and severity of each state"), states, head),
  });
}

function parseSteps(node: YamlNode): readonly Step[] {
  if (node.kind !== "list" || node.items.length === 0) throw faultAt(node, "must be a list of at least one step");
  const steps = node.items.map((item, at) => parseStep(asMap(item, "state, rules, within"), at === 0));
  for (const [at, step] of steps.entries()) {
    const item = node.items[at] ?? node;
    if (step.state === "resolved")
      throw faultAt(item, `"resolved" is the state of an incident that is over; choose another`);
    if (steps.findIndex(({ state }) => state === step.state) !== at)
      throw faultAt(item, `state "${step.state}" is there twice; each step needs its own`);
  }
  return steps;
}

function parseStep(map: YamlMap, first: boolean): Step {
  onlyKeys(map, ["state", "rules", "within", "count", "onset"]);
  const withinNode = map.entries.get("within");
  if (first && withinNode !== undefined) throw faultAt(withinNode, "the first step follows none; leave it out");
  const within = first ? undefined : timespan(required(map, "within", "how long after the step before, as 24h or 90d"));
  const onset = map.entries.get("onset");
  if (first && onset !== undefined) throw faultAt(onset, "the first step follows none, so it has no before and after");
  const count = map.entries.get("count");
  return {
    state: asText(required(map, "state", "the incident's state once this step is filled")),
    rules: asTexts(required(map, "rules", "names of detection rules")),
    within,
    count: count === undefined ? 1 : parseCount(count),
    onset: onset === undefined || within === undefined ? undefined : parseOnset(onset, within),
  };
}

const CLUSTER = 5n * SECOND;

/** `3` or `{ gte: 3 }`. */
function parseCount(node: YamlNode): number {
  if (node.kind === "map") onlyKeys(node, ["gte"]);
  const scalar = asScalar(node.kind === "map" ? required(node, "gte", "how many") : node);
  const { value } = scalar;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1)
    throw faultAt(scalar, "must be a whole number from 1 on");
  return value;
}

function parseOnset(node: YamlNode, within: Ticks): OnsetTest {
  const map = asMap(node, "lookback, window, by, cluster");
  onlyKeys(map, ["lookback", "window", "by", "cluster"]);
  const cluster = map.entries.get("cluster");
  const window = map.entries.get("window");
  const by = map.entries.get("by");
  return {
    lookback: timespan(required(map, "lookback", "how long before the step before, as 7d")),
    window: window === undefined ? within : timespan(window),
    by: by === undefined ? [] : asTexts(by),
    cluster: cluster === undefined ? CLUSTER : timespan(cluster),
  };
}

/** A plain list of rules, or `{ rules, same }`. */
function parseUntil(node: YamlNode): Until {
  if (node.kind !== "map") return { rules: asTexts(node), same: [] };
  onlyKeys(node, ["rules", "same"]);
  const same = node.entries.get("same");
  return {
    rules: asTexts(required(node, "rules", "names of detection rules")),
    same: same === undefined ? [] : asTexts(same),
  };
}

function parseContext(node: YamlNode, states: readonly string[]): Context {
  const map = asMap(node, "name, role, rules, at, before, after, text");
  onlyKeys(map, ["name", "role", "rules", "at", "before", "after", "text"]);
  const role = map.entries.get("role");
  const before = map.entries.get("before");
  const after = map.entries.get("after");
  if (before === undefined && after === undefined)
    throw faultAt(map, "needs before or after: how far from its state it counts");
  return {
    name: asText(required(map, "name", "what it is called in the evidence")),
    role: role === undefined ? "context" : asOneOf(role, ["context", "counter"]),
    rules: asTexts(required(map, "rules", "names of detection rules")),
    at: asOneOf(required(map, "at", "the state it is looked for around"), states),
    before: before === undefined ? 0n : timespan(before),
    after: after === undefined ? 0n : timespan(after),
    text: optionalText(map, "text") ?? "",
  };
}

function timespan(node: YamlNode): Ticks {
  const ticks = ticksFromTimespan(asText(node));
  if (ticks === undefined || ticks === 0n) throw faultAt(node, "must be a timespan: 30s, 15m, 24h or 90d");
  return ticks;
}

function listOf(node: YamlNode | undefined): readonly YamlNode[] {
  if (node === undefined) return [];
  if (node.kind !== "list") throw faultAt(node, "must be a list");
  return node.items;
}
