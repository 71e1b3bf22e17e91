import { logKey } from "../../../model/log-key.ts";
import type { Ticks } from "../../../model/ticks.ts";
import type { SeenLogs } from "../fill.ts";
import type { Item } from "./items.ts";
import { canUndo, type StandardRule, settling } from "./standard-rule.ts";

/** Those of the windows of which nothing more is to be expected that could undo that they hold. */
export function decided(
  rule: StandardRule,
  items: readonly Item[],
  starts: readonly Ticks[],
  seen: SeenLogs,
): readonly Ticks[] {
  const sources = new Sources(undoingChannels(rule), seen);
  const settled = rule.timespan + settling(rule);
  let oldest = 0;
  let next = 0;
  return starts.filter((start) => {
    const end = start + rule.timespan;
    for (let item = items[next]; item !== undefined && item.time <= end; item = items[++next]) sources.add(item);
    for (let old = items[oldest]; old !== undefined && old.time < start; old = items[++oldest]) sources.remove(old);
    return sources.havePassed(start + settled);
  });
}

/** The channels, in lower case, in which there can be what undoes that a window holds; undefined where it can be anywhere. */
function undoingChannels(rule: StandardRule): ReadonlySet<string> | undefined {
  const found = new Set<string>();
  for (const slot of canUndo(rule)) {
    const channels = channelsBelow(rule, rule.rules[slot] ?? "");
    if (channels === undefined) return undefined;
    for (const channel of channels) found.add(channel);
  }
  return found;
}

function channelsBelow(rule: StandardRule, name: string): readonly string[] | undefined {
  const inner = rule.inner.get(name);
  if (inner === undefined) return rule.channels.get(name);
  const below = inner.rules.map((name) => channelsBelow(inner, name));
  return below.includes(undefined) ? undefined : below.flatMap((channels) => channels ?? []);
}

interface Log {
  readonly computer: string;
  readonly channel: string;
}

/** The logs of which must have been seen what a window rests on: those that its detections stand in, and those of the same computers that are known and may hold more. */
class Sources {
  readonly #channels: ReadonlySet<string> | undefined;
  readonly #seen: SeenLogs;
  readonly #counts = new Map<string, Log & { count: number }>();
  /** Computer → its known logs that may hold what undoes. */
  readonly #others = new Map<string, readonly Log[]>();

  constructor(channels: ReadonlySet<string> | undefined, seen: SeenLogs) {
    this.#channels = channels;
    this.#seen = seen;
  }

  add({ logs }: Item): void {
    for (const { computer, channel } of logs) {
      const key = logKey(computer, channel);
      const source = this.#counts.get(key) ?? { computer, channel, count: 0 };
      source.count++;
      this.#counts.set(key, source);
    }
  }

  remove({ logs }: Item): void {
    for (const { computer, channel } of logs) {
      const key = logKey(computer, channel);
      const source = this.#counts.get(key);
      if (source !== undefined && --source.count === 0) this.#counts.delete(key);
    }
  }

  havePassed(end: Ticks): boolean {
    const own = [...this.#counts.values()];
    const others = [...new Set(own.map(({ computer }) => computer))].flatMap((computer) => this.#undoing(computer));
    // All are asked, so that each wakes the group when it comes so far.
    return [...own, ...others]
      .map(({ computer, channel }) => this.#seen.hasPassed(computer, channel, end))
      .every((passed) => passed);
  }

  #undoing(computer: string): readonly Log[] {
    const known = this.#others.get(computer);
    if (known !== undefined) return known;
    const channels = this.#seen.channelsOf(computer);
    const undoing = channels.filter((channel) => this.#channels?.has(channel.toLowerCase()) ?? true);
    const logs = undoing.map((channel) => ({ computer, channel }));
    this.#others.set(computer, logs);
    return logs;
  }
}
