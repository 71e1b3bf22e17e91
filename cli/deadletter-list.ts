import { stderr, stdout } from "node:process";
import { styleText } from "node:util";
import Table from "cli-table3";
import { exactIntegers } from "../model/exact-integers.ts";
import { type DeadLetter, readDeadLetter } from "../pipeline/stream/dead-letter.ts";
import { readTopic } from "../transport/kafka.ts";
import type { Received, TextOrBytes } from "../transport/transport.ts";
import type { ListOptions } from "./deadletter.ts";
import { kafkaOfLetters, letters } from "./deadletter-kafka.ts";
import { lookOf } from "./report/look.ts";
import { visible } from "./report/visible-text.ts";
import { wrap } from "./report/wrap.ts";
import { writeOut } from "./write-out.ts";

/** So many are shown as a table; with --format jsonl there is no bound. */
const ROWS = 1_000;
/** Among so many it is told which are there twice. */
const REMEMBERED = 200_000;
/** Reasons are told apart up to a number, and the most frequent are shown. */
const REASONS = { counted: 1_000, shown: 20 };
/** Lines of a message that are shown. */
const BEGINNING = 3;

/** Runs `rootcause deadletter list`. */
export async function listDeadLetters({ config, format }: ListOptions): Promise<void> {
  const { connection, topics } = await kafkaOfLetters(config);
  const counts = new Counts();
  const found = onceEach(readTopic(connection, topics.deadletter), counts);
  await writeOut(format === "jsonl" ? linesOf(found) : tableOf(found), stdout);
  (format === "jsonl" ? stderr : stdout).write(counts.text(topics.deadletter));
}

/** A letter, and what it says of itself. */
interface Found {
  readonly letter: Received;
  /** Undefined where it does not say where it came from. */
  readonly told: DeadLetter | undefined;
}

/** A batch that is done again after a crash writes its letters again. */
async function* onceEach(all: AsyncIterable<Received>, counts: Counts): AsyncGenerator<Found> {
  const seen = new Set<string>();
  for await (const letter of all) {
    const told = readDeadLetter(letter);
    const source = told === undefined ? undefined : `${told.partition} ${told.offset} ${told.topic}`;
    if (source !== undefined && seen.has(source)) {
      counts.repeated++;
      continue;
    }
    if (source !== undefined && seen.size < REMEMBERED) seen.add(source);
    counts.add(told);
    yield { letter, told };
  }
}

async function* linesOf(all: AsyncIterable<Found>): AsyncGenerator<string> {
  for await (const { letter, told } of all) {
    const { partition, offset, key, value } = letter;
    const text = textOf(value);
    const record = {
      kind: "deadletter",
      partition,
      offset,
      time: timeOf(letter) ?? null,
      source: told === undefined ? null : { topic: told.topic, partition: told.partition, offset: told.offset },
      errorKind: told?.kind || null,
      reason: told?.reason ?? null,
      cut: told?.isCut ?? false,
      key: shown(key),
      headers: Object.fromEntries(
        Object.entries(told?.headers ?? letter.headers).map(([name, header]) => [name, shown(header)]),
      ),
      ...(text === undefined ? { base64: value.toString("base64") } : { text }),
    };
    yield `${visible(JSON.stringify(record, exactIntegers))}\n`;
  }
}

async function* tableOf(all: AsyncIterable<Found>): AsyncGenerator<string> {
  const width = Math.max(40, lookOf(stdout).width - OTHER_COLUMNS);
  const table = new Table({
    head: ["Letter", "When (UTC)", "Came from", "Reason, and how the message begins"],
    style: { head: [], border: [] },
  });
  let more = 0;
  for await (const { letter, told } of all) {
    if (table.length === ROWS) {
      more++;
      continue;
    }
    table.push([
      `${letter.partition}/${letter.offset}`,
      timeOf(letter)?.slice(0, 19).replace("T", " ") ?? "",
      visible(told === undefined ? "?" : `${told.topic}/${told.partition}/${told.offset}`),
      `${wrap(visible(told?.reason ?? NO_SOURCE), width, "", "")}\n${beginningOf(letter.value, width)}`,
    ]);
  }
  if (table.length === 0) return;
  yield `${table.toString()}\n`;
  if (more > 0) yield `and ${more.toLocaleString("en-US")} more: --format jsonl has them all\n`;
}

/** What the other columns and the frame take, with names of usual length. */
const OTHER_COLUMNS = 64;
const NO_SOURCE = "It does not say where it came from: rootcause did not write it.";

class Counts {
  /** By topic and kind; where there is no kind, by topic and reason. */
  readonly #byKind = new Map<string, { count: number; readonly reason: string; isOne: boolean }>();
  #all = 0;
  repeated = 0;

  add(told: DeadLetter | undefined): void {
    this.#all++;
    const reason = told === undefined ? NO_SOURCE : `${told.topic}: ${told.reason}`;
    const kind = told === undefined || told.kind === "" ? reason : `${told.topic} ${told.kind}`;
    const known = this.#byKind.get(kind);
    if (known === undefined) {
      if (this.#byKind.size < REASONS.counted) this.#byKind.set(kind, { count: 1, reason, isOne: true });
      return;
    }
    known.count++;
    known.isOne &&= known.reason === reason;
  }

  text(topic: string): string {
    if (this.#all === 0) return `${topic} holds no dead letters.\n`;
    const most = [...this.#byKind.values()].toSorted((a, b) => b.count - a.count).slice(0, REASONS.shown);
    const rest = most.reduce((left, { count }) => left - count, this.#all);
    const lines = most.map(
      ({ count, reason, isOne }) =>
        `${count.toLocaleString("en-US").padStart(9)}  ${visible(reason)}${isOne ? "" : " And the like."}\n`,
    );
    if (rest > 0) lines.push(`${rest.toLocaleString("en-US").padStart(9)}  for other reasons\n`);
    const twice = this.repeated === 0 ? "" : `, and ${this.repeated.toLocaleString("en-US")} of them again`;
    return `${styleText("bold", `${topic}: ${letters(this.#all)}`, { stream: stdout })}${twice}\n${lines.join("")}`;
  }
}

function timeOf({ timestamp }: Received): string | undefined {
  // Whoever publishes says when: it may be no time at all.
  return timestamp === undefined || timestamp > LAST_TIME ? undefined : new Date(timestamp).toISOString();
}

const LAST_TIME = 8.64e15;

function beginningOf(value: Buffer, width: number): string {
  if (value.length === 0) return "(empty)";
  const most = BEGINNING * width - 1;
  // A character has up to four bytes.
  const beginning = value.subarray(0, 4 * most).toString("utf8");
  const shown = Array.from(visible(beginning));
  const cut = shown.length > most || value.length > 4 * most ? [...shown.slice(0, most), "…"] : shown;
  const lines = Array.from({ length: Math.ceil(cut.length / width) }, (_, line) => line * width);
  return lines.map((at) => cut.slice(at, at + width).join("")).join("\n");
}

/** Null where there is none. */
function shown(given: TextOrBytes | undefined): string | { readonly base64: string } | null {
  if (given === undefined || typeof given === "string") return given ?? null;
  return { base64: given.toString("base64") };
}

/** Undefined where it is no UTF-8. */
function textOf(value: Buffer): string | undefined {
  const text = value.toString("utf8");
  return Buffer.from(text).equals(value) ? text : undefined;
}
