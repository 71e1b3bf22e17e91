import { stdout } from "node:process";
import { readDeadLetter, replayOf, sendLetters } from "../pipeline/stream/dead-letter.ts";
import { deleteBefore, kafkaTransport, readTopic } from "../transport/kafka.ts";
import { sendAround } from "../transport/send-around.ts";
import type { Message, Publisher, Received } from "../transport/transport.ts";
import type { KafkaConfig } from "./config/kafka.ts";
import type { DeadLetterOptions } from "./deadletter.ts";
import { kafkaOfLetters, letters } from "./deadletter-kafka.ts";
import { visible } from "./report/visible-text.ts";

/** Sent at a time. */
const AT_ONCE = { letters: 1_000, bytes: 8_000_000 };
/** Different reasons for which letters stay that are told apart. */
const REASONS = 20;

/** Runs `rootcause deadletter replay`. A crash in the middle of it leaves all letters where they are. */
export async function replayDeadLetters({ config }: DeadLetterOptions): Promise<void> {
  const kafka = await kafkaOfLetters(config);
  const { connection, topics } = kafka;
  const transport = await kafkaTransport(connection);
  try {
    const replay = new Replay(await transport.publisher(), kafka);
    for await (const letter of readTopic(connection, topics.deadletter)) await replay.take(letter);
    await replay.flush();
    // Before they are removed, which may be refused: then the next replay sends them again.
    stdout.write(replay.text());
    if (replay.ends.size > 0) await deleteBefore(connection, topics.deadletter, replay.ends);
  } finally {
    await transport.close();
  }
}

class Replay {
  readonly #publisher: Publisher;
  readonly #deadletter: string;
  /** Where a letter may go: what it says of itself may be anything. */
  readonly #known: ReadonlySet<string>;
  #waiting = new Map<string, { letter: Received; message: Message }[]>();
  #room = { ...AT_ONCE };
  readonly #sent = new Map<string, number>();
  readonly #kept = new Map<string, number>();
  /** Of each partition of the dead letters, the offset behind what was read. */
  readonly ends = new Map<number, bigint>();

  constructor(publisher: Publisher, { topics }: KafkaConfig) {
    this.#publisher = publisher;
    this.#deadletter = topics.deadletter;
    this.#known = new Set([...topics.events, topics.detections, topics.incidents]);
  }

  async take(letter: Received): Promise<void> {
    const told = readDeadLetter(letter);
    this.ends.set(letter.partition, letter.offset + 1n);
    if (told === undefined) return this.#keep(letter, "it does not say where it came from");
    const { topic, value } = told;
    if (!this.#known.has(topic))
      return this.#keep(letter, `it names the topic ${topic.slice(0, 100)}, which is none of kafka.topics`);
    if (told.isCut) return this.#keep(letter, "only its beginning was kept, for it was too large");
    const waiting = this.#waiting.get(topic) ?? [];
    this.#waiting.set(topic, waiting);
    waiting.push({ letter, message: replayOf(told) });
    this.#room.letters--;
    this.#room.bytes -= value.length;
    if (this.#room.letters <= 0 || this.#room.bytes <= 0) await this.flush();
  }

  async flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#room = { ...AT_ONCE };
    for (const [topic, entries] of waiting) await this.#send(topic, entries);
  }

  async #send(topic: string, entries: readonly { letter: Received; message: Message }[]): Promise<void> {
    const count = await sendAround(
      this.#publisher,
      topic,
      entries,
      ({ message }) => message,
      async ({ letter }) => {
        await this.#keep(letter, `it is too large for the topic ${topic}`);
        return undefined;
      },
    );
    if (count > 0) this.#sent.set(topic, (this.#sent.get(topic) ?? 0) + count);
  }

  /** Puts it back at the end: only what comes first can be deleted from a topic. */
  async #keep({ key, value, headers }: Received, reason: string): Promise<void> {
    await sendLetters(this.#publisher, this.#deadletter, [{ key, value, headers }]);
    const known = this.#kept.has(reason) || this.#kept.size < REASONS ? reason : "for other reasons";
    this.#kept.set(known, (this.#kept.get(known) ?? 0) + 1);
  }

  text(): string {
    const sent = Array.from(this.#sent, ([topic, count]) => `Replayed ${letters(count)} to ${topic}.\n`);
    const kept = Array.from(
      this.#kept,
      ([reason, count]) => `Not sent, and kept: ${letters(count)}: ${visible(reason)}.\n`,
    );
    if (sent.length + kept.length === 0) return `${this.#deadletter} holds no dead letters.\n`;
    const after = sent.length > 0 ? "What still cannot be read comes back as a new letter.\n" : "";
    return [...sent, ...kept, after].join("");
  }
}
