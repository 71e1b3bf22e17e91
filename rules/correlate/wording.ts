import type { Evidence, Strength } from "../../model/incident.ts";
import type { Filled } from "./fill.ts";
import type { Context, Raise, SequenceRule } from "./sequence-rule.ts";

/** At most this many names of a list are said; the others are counted. */
const NAMES_SAID = 2;

/**
 * Fills the places of a rule's title or advice: `{Computer}` a group value, `{armed.Name}` the distinct values of a captured field,
 * `{failing.Peer#}` how many there are, `{failing.count}` how many events. A part in brackets is left out when one of its places is empty or 0.
 */
export function fillTemplate(
  template: string,
  group: Readonly<Record<string, string>>,
  evidence: readonly Evidence[],
): string {
  const fill = (text: string): { text: string; complete: boolean } => {
    let complete = true;
    const filled = text.replace(
      /\{([A-Za-z]\w*)(?:\.(\w+)(#?))?\}/g,
      (_, step: string, field: string | undefined, number: string | undefined) => {
        const value =
          field === undefined
            ? (group[step] ?? "")
            : placeValue(
                evidence.find((one) => one.step === step),
                field,
                number === "#",
              );
        if (value === "" || value === "0") complete = false;
        return value;
      },
    );
    return { text: filled, complete };
  };
  const withOptional = template.replace(/\[([^[\]]*\{[^[\]]*)\]/g, (_, part: string) => {
    const { text, complete } = fill(part);
    return complete ? text : "";
  });
  return fill(withOptional).text;
}

function placeValue(evidence: Evidence | undefined, field: string, number: boolean): string {
  if (evidence === undefined) return "";
  if (field === "count") return String(evidence.count);
  const values = [
    ...new Set(evidence.events.map((event) => event.fields[field]).filter((value) => value !== undefined)),
  ];
  if (number) return String(values.length);
  const said = values.slice(0, NAMES_SAID).join(values.length === 2 ? " and " : ", ");
  return values.length > NAMES_SAID ? `${said} and ${values.length - NAMES_SAID} more` : said;
}

interface Grounds {
  readonly rule: SequenceRule;
  readonly filled: Filled;
  readonly strength: Strength;
  readonly state: string;
  readonly raised: readonly Raise[];
  readonly contexts: readonly Context[];
}

const BY_STRENGTH: Readonly<Record<Strength, string>> = {
  strong: "The failures name the very certificate that changed.",
  medium: "The failures began after the first restart that followed the change.",
  weak: "The failures came after the change; nothing more than time ties them to it.",
};

/** What the verdict rests on, and what speaks against it, in a sentence each. */
export function verdictOf({ rule, filled, strength, state, raised, contexts }: Grounds): string {
  const sentences: string[] = [];
  if (state === "resolved") sentences.push("What had changed was taken back.");
  if (filled.fills.length === rule.steps.length && rule.steps.length > 1) sentences.push(BY_STRENGTH[strength]);
  else if (filled.missed !== undefined) sentences.push(`TLS does not fail more than before: ${filled.missed.reason}.`);
  for (const { because } of raised) if (because !== "") sentences.push(sentence(because));
  for (const { text, role } of contexts)
    if (text !== "") sentences.push(role === "counter" ? `Against it: ${text}` : text);
  return sentences.join(" ");
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
