import { type Ticks, ticksFromTimespan } from "../../model/ticks.ts";
import type { CaseEvent, PlainDetection, PlainIncident, PlainSequence, PlainStep } from "./correlation.ts";
import { type Hit, hitsOf, identityOf, isEventBefore, sourceOf } from "./hits.ts";

/**
 * What sequences come to, by the letter of docs/correlation.md: computed anew from the full list of events, with nothing of the engine in it.
 * One with `until` and a counted step is not for this: when an outage has ended is a question of statistics.
 */
export function referenceSequences(
  detections: readonly PlainDetection[],
  sequences: readonly PlainSequence[],
  events: readonly CaseEvent[],
): readonly PlainIncident[] {
  const hits = hitsOf(detections, events);
  return sequences.flatMap((rule) => {
    const groups = Map.groupBy(hits, ({ event }) =>
      JSON.stringify(rule.groupBy.map((field) => (event.fields[field] ?? "").toLowerCase())),
    );
    return [...groups].flatMap(([key, members]) => (key.includes('""') ? [] : incidentsOf(rule, members)));
  });
}

interface Episode {
  readonly armed: Hit[];
  /** Armed → by what it was taken back. */
  readonly takenBack: Map<Hit, Hit>;
  /** What set it off. */
  readonly next: Hit[];
}

function incidentsOf(rule: PlainSequence, hits: readonly Hit[]): readonly PlainIncident[] {
  const claimed = new Set<Hit>();
  return episodesOf(rule, hits).flatMap((episode) => {
    const fills = fillsOf(rule, episode, hits, claimed);
    const reached = rule.steps[fills.length - 1];
    if (reached === undefined) return [];
    if (fills.length === rule.steps.length && fills.length > 1) for (const hit of fills.at(-1) ?? []) claimed.add(hit);
    const events = [nearest(rule, fills), ...fills.slice(1)].flat().map(({ event }) => event.id);
    const state = isResolved(rule, episode) ? "resolved" : reached.state;
    return [{ rule: rule.name, events: [...new Set(events)].sort(), state }];
  });
}

function episodesOf(rule: PlainSequence, hits: readonly Hit[]): readonly Episode[] {
  const [first, second] = rule.steps;
  const gap = second?.within ?? ticksFromTimespan("7d") ?? 0n;
  const episodes: Episode[] = [];
  const rest = hits.filter(({ rule: name }) => isAnyOf(name, first, isPlain(second) ? second : undefined, rule.until));
  while (rest.length > 0) {
    const hit = takeNext(rule, rest, episodes);
    const taken = standingIn(episodes).filter((armed) => takesBack(rule, hit, armed));
    const current = episodes.at(-1);
    if (taken.length > 0)
      for (const episode of episodes)
        for (const armed of taken) if (episode.armed.includes(armed)) episode.takenBack.set(armed, hit);
    if (taken.length > 0) continue;
    if (isAnyOf(hit.rule, first)) {
      const last = current?.armed.at(-1);
      const joins =
        current?.next.length === 0 && !isResolved(rule, current) && last !== undefined && gapOf(last, hit) <= gap;
      if (joins) current.armed.push(hit);
      else episodes.push({ armed: [hit], takenBack: new Map(), next: [] });
    } else if (isPlain(second) && isAnyOf(hit.rule, second) && current !== undefined) {
      const cause = standingIn([current]).at(-1);
      if (cause !== undefined && gapOf(cause, hit) <= second.within) current.next.push(hit);
    }
  }
  return episodes;
}

/**
 * Takes the next of those that are left: of those that nothing certainly precedes, the one that arms before the one that sets off, and that before the one that
 * takes back; one that something better certainly follows counts as that.
 */
function takeNext(rule: PlainSequence, rest: Hit[], episodes: readonly Episode[]): Hit {
  const now = rest.reduce(
    (earliest, { event }) => (event.time < earliest ? event.time : earliest),
    rest[0]?.event.time ?? 0n,
  );
  const moment = rest.filter(({ event }) => event.time === now);
  const rank = (hit: Hit) => {
    const before = moment.filter((other) => isArming(rule, other) && !isEventBefore(hit.event, other.event));
    if ([...standingIn(episodes), ...before].some((armed) => takesBack(rule, hit, armed))) return 2;
    return isArming(rule, hit) ? 0 : 1;
  };
  const promise = (hit: Hit) =>
    Math.min(...moment.filter((other) => other === hit || isEventBefore(hit.event, other.event)).map(rank));
  const [next] = moment
    .filter((hit) => !moment.some((other) => isEventBefore(other.event, hit.event)))
    .sort((a, b) => promise(a) - promise(b) || rank(a) - rank(b) || (sourceOf(a.event) < sourceOf(b.event) ? -1 : 1));
  if (next === undefined) throw new Error("something comes first");
  rest.splice(rest.indexOf(next), 1);
  return next;
}

function takesBack({ until }: PlainSequence, hit: Hit, armed: Hit): boolean {
  if (until === undefined || !until.rules.includes(hit.rule) || until.rules.includes(armed.rule)) return false;
  return until.same.every((field) => {
    const value = hit.event.fields[field]?.toLowerCase();
    return value !== undefined && value === armed.event.fields[field]?.toLowerCase();
  });
}

/** All that can be taken back has been. */
function isResolved({ until }: PlainSequence, { armed, takenBack }: Episode): boolean {
  const reversible = armed.filter(
    ({ rule, event }) =>
      until !== undefined && !until.rules.includes(rule) && until.same.every((field) => field in event.fields),
  );
  return reversible.length > 0 && reversible.every((hit) => takenBack.has(hit));
}

function fillsOf(
  rule: PlainSequence,
  episode: Episode,
  hits: readonly Hit[],
  claimed: ReadonlySet<Hit>,
): readonly (readonly Hit[])[] {
  const fills: (readonly Hit[])[] = [];
  for (const [at, step] of rule.steps.entries()) {
    const free = inOrder(hits.filter((hit) => isAnyOf(hit.rule, step) && !claimed.has(hit)));
    const before = fills.at(-1);
    const fill =
      before === undefined
        ? episode.armed
        : !isPlain(step)
          ? outageOf(step, before, free)
          : at === 1
            ? episode.next
            : free.filter((hit) => before.some((cause) => follows(step, cause, hit)));
    if (fill.length < step.count) break;
    fills.push(fill);
  }
  return fills;
}

/** From the first cause on that enough follow: as long as no gap is longer than the window, of the rules that come in the window. */
function outageOf(step: PlainStep, before: readonly Hit[], free: readonly Hit[]): readonly Hit[] {
  for (const cause of inOrder(before)) {
    const rules = new Set(free.filter((hit) => follows(step, cause, hit)).map(({ rule }) => rule));
    const after = free.filter((hit) => rules.has(hit.rule) && !isEventBefore(hit.event, cause.event));
    const end = after.findIndex((hit, at) => gapOf(after[at - 1] ?? cause, hit) > step.within);
    const outage = withoutStrays(end < 0 ? after : after.slice(0, end), step.count);
    if (outage.length >= step.count) return outage;
  }
  return [];
}

/** A few, the gap behind which is more than twenty times the usual one of all that follow. */
function withoutStrays(hits: readonly Hit[], count: number): readonly Hit[] {
  const few = Math.min(Math.max(3, hits.length / 50), hits.length - Math.max(3, count));
  const starts = [...hits.keys()].filter((at) => {
    const [stray, first, last] = [hits[at - 1], hits[at], hits.at(-1)];
    if (at > few || stray === undefined || first === undefined || last === undefined) return false;
    return gapOf(stray, first) * BigInt(hits.length - at - 1) > 20n * gapOf(first, last);
  });
  return hits.slice(starts.at(-1) ?? 0);
}

/** Of what armed, that which can have caused the second step, where any can. */
function nearest({ steps }: PlainSequence, fills: readonly (readonly Hit[])[]): readonly Hit[] {
  const [armed = [], next = []] = fills;
  const [step, hit] = [steps[1], next[0]];
  const near = step === undefined || hit === undefined ? [] : armed.filter((cause) => follows(step, cause, hit));
  return near.length > 0 ? near : armed;
}

function follows({ within }: PlainStep, cause: Hit, hit: Hit): boolean {
  return !isEventBefore(hit.event, cause.event) && gapOf(cause, hit) <= within;
}

function isPlain(step: PlainStep | undefined): step is PlainStep {
  return step !== undefined && step.count <= 1;
}

function isArming({ steps }: PlainSequence, { rule }: Hit): boolean {
  return isAnyOf(rule, steps[0]);
}

function isAnyOf(name: string, ...those: readonly ({ readonly rules: readonly string[] } | undefined)[]): boolean {
  return those.some((one) => one?.rules.includes(name));
}

function standingIn(episodes: readonly Episode[]): readonly Hit[] {
  return episodes.flatMap(({ armed, takenBack }) => armed.filter((hit) => !takenBack.has(hit)));
}

function gapOf(a: Hit, b: Hit): Ticks {
  return b.event.time - a.event.time;
}

function inOrder(hits: readonly Hit[]): readonly Hit[] {
  const place = ({ event }: Hit) =>
    `${String(event.time).padStart(20)} ${sourceOf(event)} ${String(event.record).padStart(20)} ${identityOf(event)}`;
  return hits.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}
