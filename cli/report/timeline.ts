import type { Evidence, Incident, Onset } from "../../model/incident.ts";
import { eventKinds, eventName, eventSentence } from "./event-words.ts";
import { type Look, severityLabel } from "./look.ts";
import { clock, rateWords, shortSpan, spanWords } from "./time-words.ts";
import { visible } from "./visible-text.ts";
import { wrap } from "./wrap.ts";

/** Where what happened begins: behind the time and the step's name. */
const TIME_WIDTH = 21;

/** One incident as a person reads it: what happened in order, how long after each other, by which events, and what to do. */
export function timeline(incident: Incident, look: Look): string {
  const stepWidth = Math.max(...incident.evidence.map(({ step }) => visible(step).length), 9) + 2;
  const parts = [
    title(incident, look),
    `  ${visible(incident.rule.title)} (rule ${visible(incident.rule.name)}), ${visible(incident.state)}; incident ${incident.id}`,
    "",
    ...happened(incident, stepWidth, look),
    "",
    ...(incident.onset === undefined ? [] : [paragraph(onsetWords(incident.onset), look)]),
    paragraph(`Evidence is ${incident.strength}. ${incident.verdict}`, look),
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
  const inOrder = incident.evidence.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let before: Evidence | undefined;
  return inOrder.map((evidence) => {
    const time = before === undefined ? clock(evidence.first) : `+${shortSpan(evidence.first - before.first)}`;
    if (evidence.role === "step") before = evidence;
    return entry(evidence, time, stepWidth, look);
  });
}

/** A step's time and name, its first event in words, and below it how many there were and where to find them. */
function entry(evidence: Evidence, time: string, stepWidth: number, look: Look): string {
  const [first] = evidence.events;
  const sentence = first === undefined ? "(its events are not kept)" : eventSentence(first);
  const margin = " ".repeat(2 + TIME_WIDTH + stepWidth);
  const head = `  ${time.padEnd(TIME_WIDTH)}${visible(evidence.step).padEnd(stepWidth)}`;
  const details = [first === undefined ? "" : eventName(first.event), howMany(evidence), ROLE_WORDS[evidence.role]];
  const detail = details.filter((part) => part !== "").join("; ");
  return `${wrap(sentence, look.width, head, margin)}\n${look.paint("dim", wrap(detail, look.width, margin, margin))}`;
}

const ROLE_WORDS: Readonly<Record<Evidence["role"], string>> = {
  step: "",
  context: "stands beside the cause",
  counter: "speaks against the cause",
};

function howMany({ count, events, last }: Evidence): string {
  if (count <= 1) return "";
  const kinds = eventKinds(events.map(({ event }) => event));
  const named = /[,;]/.test(kinds) ? ` (${kinds})` : "";
  return `first of ${count.toLocaleString("en-US")}${named} until ${clock(last)}`;
}

function onsetWords({ before, beforeSpan, after, afterSpan }: Onset): string {
  const seen = beforeSpan > 0n ? `${before.toLocaleString("en-US")} in ${spanWords(beforeSpan)}` : "not in the log";
  return `Failures before: ${seen}. After: ${rateWords(after, afterSpan)}.`;
}

function paragraph(text: string, look: Look): string {
  return wrap(text, look.width, "  ", "  ");
}
