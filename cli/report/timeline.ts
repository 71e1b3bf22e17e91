import type { Evidence, EvidenceEvent, Incident, Onset } from "../../model/incident.ts";
import type { LogGap } from "../../model/log-gap.ts";
import type { Ticks } from "../../model/ticks.ts";
import { eventKinds, eventName, eventSentence } from "./event-words.ts";
import { gapLines } from "./gap-words.ts";
import { type Look, severityLabel } from "./look.ts";
import { clock, rateWords, shortSpan, spanWords } from "./time-words.ts";
import { visible } from "./visible-text.ts";
import { wrap } from "./wrap.ts";

/** Where what happened begins: behind the time and the step's name. */
const TIME_WIDTH = 21;

/** One incident as a person reads it: what happened in order, how long after each other, by which events, what is missing in the logs, and what to do. */
export function timeline(incident: Incident, gaps: readonly LogGap[], look: Look): string {
  const stepWidth = Math.max(...incident.evidence.map(({ step }) => visible(step).length), 9) + 2;
  const parts = [
    title(incident, look),
    `  ${visible(incident.rule.title)} (rule ${visible(incident.rule.name)}), ${visible(incident.state)}; incident ${incident.id}`,
    "",
    ...happened(incident, stepWidth, look),
    "",
    ...(incident.onset === undefined ? [] : [paragraph(onsetWords(incident.onset), look)]),
    paragraph(`Evidence: ${incident.strength}. ${incident.verdict}`, look),
    ...gapLines(gaps).map((line) => paragraph(line, look)),
    ...(incident.advice === "" ? [] : [paragraph(`What to do: ${incident.advice}`, look)]),
  ];
  return `${parts.join("\n")}\n`;
}

function title({ severity, title }: Incident, look: Look): string {
  const margin = " ".repeat(severity.length + 2);
  // Painted when wrapped: the codes that paint have no width.
  const lines = wrap(visible(title), look.width, margin, margin).trimStart().split("\n");
  const painted = lines.map((line, index) => `${index === 0 ? "" : margin}${look.paint("bold", line.trimStart())}`);
  return `${severityLabel(severity, look)}  ${painted.join("\n")}`;
}

function happened(incident: Incident, stepWidth: number, look: Look): string[] {
  const inOrder = incident.evidence.toSorted((a, b) => (begin(a) < begin(b) ? -1 : begin(a) > begin(b) ? 1 : 0));
  let before: Evidence | undefined;
  return inOrder.map((evidence) => {
    const time = before === undefined ? clock(begin(evidence)) : `+${shortSpan(begin(evidence) - begin(before))}`;
    if (evidence.role === "step") before = evidence;
    return entry(evidence, time, stepWidth, look);
  });
}

/** When the event that stands for the step was. */
function begin({ events, first }: Evidence): Ticks {
  return events[0]?.event.time ?? first;
}

/** A step's time and name, the event that stands for it in words, and below it how many there were and where to find them. */
function entry(evidence: Evidence, time: string, stepWidth: number, look: Look): string {
  const [first] = evidence.events;
  const sentence = first === undefined ? "(its events are not kept)" : eventSentence(first);
  const margin = " ".repeat(2 + TIME_WIDTH + stepWidth);
  const head = `  ${time.padEnd(TIME_WIDTH)}${visible(evidence.step).padEnd(stepWidth)}`;
  const details = [first === undefined ? "" : eventName(first.event), howMany(evidence), ROLE_WORDS[evidence.role]];
  const detail = details.filter((part) => part !== "").join("; ");
  const lines = [wrap(sentence, look.width, head, margin), look.paint("dim", wrap(detail, look.width, margin, margin))];
  const others = otherNames(evidence);
  if (others.length > 0)
    lines.push(look.paint("dim", wrap(`In the same step: ${others.join("; ")}`, look.width, margin, margin)));
  return lines.join("\n");
}

/** What else the step is about, each certificate once. */
function otherNames({ events }: Evidence): readonly string[] {
  const [lead, ...others] = events;
  const key = ({ fields }: EvidenceEvent) => fields.Thumbprint ?? fields.Name;
  const names = new Map<string, string>();
  for (const event of others) {
    const id = key(event);
    if (id !== undefined && lead !== undefined && id !== key(lead) && !names.has(id))
      names.set(id, event.fields.Name ?? id);
  }
  return [...names].map(([id, name]) => visible(name === id ? name : `${name} (${id.slice(0, 8)}…)`));
}

const ROLE_WORDS: Readonly<Record<Evidence["role"], string>> = {
  step: "",
  context: "stands beside the cause",
  counter: "speaks against the cause",
};

function howMany({ count, events, first, last }: Evidence): string {
  if (count <= 1) return "";
  const kinds = eventKinds(events.map(({ event }) => event));
  const named = /[,;]/.test(kinds) ? ` (${kinds})` : "";
  return `one of ${count.toLocaleString("en-US")}${named} from ${clock(first)} until ${clock(last)}`;
}

function onsetWords({ before, beforeSpan, after, afterSpan }: Onset): string {
  const seen = beforeSpan > 0n ? `${before.toLocaleString("en-US")} in ${spanWords(beforeSpan)}` : "not in the log";
  const rate = after === 0 ? "" : ` (${rateWords(after, afterSpan)})`;
  return `Failures before: ${seen}. In ${spanWords(afterSpan)} after: ${after.toLocaleString("en-US")}${rate}.`;
}

function paragraph(text: string, look: Look): string {
  return wrap(text, look.width, "  ", "  ");
}
