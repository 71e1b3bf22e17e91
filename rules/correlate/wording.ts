import type { Evidence, EvidenceEvent, Strength } from "../../model/incident.ts";
import type { Filled } from "./fill.ts";
import type { Context, Raise, SequenceRule } from "./sequence-rule.ts";

/** At most this many names of a list are said; the others are counted. */
const NAMES_SAID = 2;

/** What a place in a template can stand for. */
export interface Places {
  readonly group: Readonly<Record<string, string>>;
  readonly evidence: readonly Evidence[];
  /** For a step, the events that are to be named: those that are more suspicious than the others, where some are. */
  readonly named: ReadonlyMap<string, readonly EvidenceEvent[]>;
  /** Fields that identify what is named (a certificate's thumbprint): a registry key knows only this, another log the name as well. */
  readonly link: readonly string[];
}

/**
 * Fills the places of a rule's title or advice:
 *
 * - `{Computer}` a value of the group
 * - `{failing.count}` how many events fill the step
 * - `{armed.Name}` the distinct values of a captured field, the first of them by name: `A, B and 3 more`
 * - `{armed.Name+Change}` the same with a second field behind it: `A and B came back (1 more change)`
 * - `{failing.Peer#partner}` how many distinct values there are, with the noun: `1 partner`, `3 partners`
 *
 * A part in brackets is left out when one of its places has nothing to say.
 */
export function fillTemplate(template: string, places: Places): string {
  const withOptional = template.replace(/\[([^[\]]*\{[^[\]]*)\]/g, (_, part: string) => {
    const { text, complete } = fillPlaces(part, places);
    return complete ? text : "";
  });
  return fillPlaces(withOptional, places).text;
}

const PLACE = /\{([A-Za-z]\w*)(?:\.(\w+)(?:([#+])(\w+))?)?\}/g;

function fillPlaces(text: string, places: Places): { readonly text: string; readonly complete: boolean } {
  let complete = true;
  const filled = text.replace(PLACE, (_, step: string, field?: string, how?: string, second?: string) => {
    const value = field === undefined ? (places.group[step] ?? "") : stepValue(places, step, field, how, second);
    if (value === "") complete = false;
    return value;
  });
  return { text: filled, complete };
}

function stepValue(
  places: Places,
  step: string,
  field: string,
  how: string | undefined,
  second: string | undefined,
): string {
  const evidence = places.evidence.find((one) => one.step === step);
  if (evidence === undefined) return "";
  if (field === "count") return String(evidence.count);
  if (how === "#") return counted(distinct(evidence.events, field).length, second ?? "");
  const events = places.named.get(step) ?? evidence.events;
  return how === "+" && second !== undefined
    ? phrases(events, field, second, places.link)
    : listed(distinct(events, field));
}

function distinct(events: readonly EvidenceEvent[], field: string): readonly string[] {
  return [...new Set(events.map((event) => event.fields[field]).filter((value) => value !== undefined))];
}

function counted(count: number, noun: string): string {
  return count === 0 ? "" : `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function listed(values: readonly string[]): string {
  if (values.length <= NAMES_SAID) return values.join(" and ");
  return `${values.slice(0, NAMES_SAID).join(", ")} and ${values.length - NAMES_SAID} more`;
}

/** The most common value of `second` with the names that have it, and how many names have another: `A and B came back (3 more changes)`. */
function phrases(events: readonly EvidenceEvent[], first: string, second: string, link: readonly string[]): string {
  const [most, ...others] = distinct(events, second)
    .map((verb) => ({
      verb,
      names: names(
        events.filter((event) => event.fields[second] === verb),
        first,
        link,
      ),
    }))
    .sort((a, b) => b.names.size - a.names.size);
  if (most === undefined) return "";
  const more = new Set(others.flatMap(({ names }) => [...names.keys()])).difference(most.names).size;
  return `${listed([...most.names.values()])} ${most.verb}${more === 0 ? "" : ` (${counted(more, "more change")})`}`;
}

/** One name for each thing, by what identifies it; a name that is more than the identifier is preferred. */
function names(events: readonly EvidenceEvent[], field: string, link: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { fields } of events) {
    const name = fields[field];
    if (name === undefined) continue;
    const key = link.map((one) => fields[one]).find((value) => value !== undefined) ?? name;
    if (!found.has(key) || found.get(key) === key) found.set(key, name);
  }
  return found;
}

interface Grounds {
  readonly rule: SequenceRule;
  readonly filled: Filled;
  readonly strength: Strength;
  readonly state: string;
  readonly raised: readonly Raise[];
  readonly contexts: readonly Context[];
  /** How many of its events were only counted. */
  readonly counted: number;
}

const BY_STRENGTH: Readonly<Record<Strength, string>> = {
  strong: "The failures name the very certificate that changed.",
  medium: "The failures began after the first restart that followed the change.",
  weak: "The failures came after the change; nothing more than time ties them to it.",
};

/** What the verdict rests on, and what speaks against it, in a sentence each. */
export function verdictOf({ rule, filled, strength, state, raised, contexts, counted }: Grounds): string {
  const sentences: string[] = [];
  if (state === "resolved") sentences.push("What had changed was taken back.");
  if (filled.fills.length === rule.steps.length && rule.steps.length > 1) sentences.push(BY_STRENGTH[strength]);
  else if (filled.missed !== undefined) sentences.push(`TLS does not fail more than before: ${filled.missed.reason}.`);
  for (const { because } of raised) if (because !== "") sentences.push(sentence(because));
  for (const { text, role } of contexts)
    if (text !== "") sentences.push(role === "counter" ? `Against it: ${text}` : text);
  if (counted > 0) sentences.push(countedSentence(counted));
  return sentences.join(" ");
}

/** Says what a flood cost. */
export function countedSentence(count: number): string {
  return `${count.toLocaleString("en-US")} of its events came in a flood and were only counted.`;
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
