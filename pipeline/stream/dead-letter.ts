import { sendAround } from "../../transport/send-around.ts";
import type { Message, Publisher, Received, TextOrBytes, TopicPartition } from "../../transport/transport.ts";

/** Headers of a dead letter; those that the message came with stay beside them. */
const HEADER = {
  /** One of few, for counting: `malformed`, `too-large` … */
  kind: "rootcause-kind",
  reason: "rootcause-reason",
  topic: "rootcause-topic",
  partition: "rootcause-partition",
  offset: "rootcause-offset",
  /** How many bytes the message had, where it was cut. */
  cut: "rootcause-cut-from",
} as const;
const OWN: ReadonlySet<string> = new Set(Object.values(HEADER));
/** Says of a message that it is there again. */
const REPLAYED = "rootcause-replayed";

/** A message that could not be read, where it came from and why. */
export interface DeadLetter extends TopicPartition {
  readonly offset: bigint;
  /** Empty where the letter does not say: kinds came later than letters. */
  readonly kind: string;
  readonly reason: string;
  readonly key: TextOrBytes | undefined;
  readonly value: Buffer;
  /** Without those that say why. */
  readonly headers: Received["headers"];
  /** Only its beginning was kept. */
  readonly isCut: boolean;
}

export function deadLetter(
  { topic, partition, offset, key, value, headers }: Received,
  kind: string,
  reason: string,
): Message {
  return {
    key,
    value,
    headers: {
      ...headers,
      [HEADER.kind]: kind,
      [HEADER.reason]: reason,
      [HEADER.topic]: topic,
      [HEADER.partition]: String(partition),
      [HEADER.offset]: String(offset),
    },
  };
}

/** What is left of a letter that the topic does not take, bytes. */
const CUT = 65_536;

/**
 * Publishes letters. One that is too large for the topic is cut, and says so: it must not stop those behind it. Its value goes first; if that is not
 * enough, its key and the headers that it came with.
 */
export async function sendLetters(publisher: Publisher, topic: string, letters: readonly Message[]): Promise<void> {
  await sendAround(
    publisher,
    topic,
    letters,
    (letter) => letter,
    ({ value, headers = {}, ...letter }, error) => {
      const cut = { [HEADER.cut]: headers[HEADER.cut] ?? String(value.length) };
      if (value.length > CUT) return { ...letter, headers: { ...headers, ...cut }, value: value.subarray(0, CUT) };
      const own = Object.fromEntries(Object.entries(headers).filter(([name]) => OWN.has(name)));
      if (letter.key === undefined && Object.keys(own).length === Object.keys(headers).length) throw error;
      return { ...letter, key: undefined, headers: { ...own, ...cut }, value };
    },
  );
}

/** Undefined when it is not ours: it does not say where it came from. */
export function readDeadLetter({ key, value, headers }: Received): DeadLetter | undefined {
  const text = (name: string) => String(headers[name] ?? "");
  const [topic, partition, offset] = [text(HEADER.topic), text(HEADER.partition), text(HEADER.offset)];
  if (headers[HEADER.topic] === undefined || !/^\d{1,9}$/.test(partition) || !/^\d{1,19}$/.test(offset))
    return undefined;
  return {
    topic,
    partition: Number(partition),
    offset: BigInt(offset),
    kind: text(HEADER.kind),
    reason: text(HEADER.reason),
    key,
    value,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name))),
    isCut: headers[HEADER.cut] !== undefined,
  };
}

/** The message as it was, for the topic that it came from. */
export function replayOf({ key, value, headers }: DeadLetter): Message {
  return { key, value, headers: { ...headers, [REPLAYED]: "1" } };
}
