import type { Ticks } from "../../model/ticks.ts";
import { readDetection } from "../../output/read.ts";
import { concluding, type RuleSet } from "../../rules/load.ts";
import type { Handler, Message } from "../../transport/transport.ts";
import { Conclusions } from "./conclusions.ts";
import type { StageContext } from "./context.ts";
import { deadLetter, sendLetters } from "./dead-letter.ts";
import { updateStoredGaps } from "./stored-gaps.ts";

/** How often what stands in the store is compared with what is concluded, and how far the logs have come is looked up, ms. */
const SWEEP = 10_000;

/**
 * Detections in, incidents out. State is a function of the detections: when partitions come to this member, it reads their groups' detections from
 * the store, and what is published meanwhile comes by the topic.
 */
export function correlateStage(
  context: StageContext,
  rules: RuleSet,
  /** Of the topic of detections. */
  partitions: number,
  lateness: Ticks,
): Handler & Disposable {
  const { watch, publisher, topics } = context;
  let mine: Conclusions | undefined;
  /** Whether this member looks for log gaps, which are of no partition: it has the first one. */
  let hasFirst = false;
  const sweep = setInterval(() => {
    Promise.all([mine?.sweep(), hasFirst ? updateStoredGaps(context.store, rules.detections) : undefined]).then(
      () => watch.recovered("correlate", "sweep"),
      (error: unknown) => watch.failed("correlate", error, "sweep"),
    );
  }, SWEEP);

  return {
    assigned: async (assigned) => {
      hasFirst = assigned.some(({ partition }) => partition === 0);
      mine = await Conclusions.readBack(
        context,
        concluding(rules),
        new Set(assigned.map(({ partition }) => partition)),
        partitions,
        lateness,
      );
    },
    revoked: () => {
      mine = undefined;
      hasFirst = false;
      watch.folded(0);
    },
    batch: async ({ messages }) => {
      const here = mine;
      if (here === undefined) throw new Error("the partition has been lost");
      const unreadable: Message[] = [];
      for (const message of messages) {
        try {
          here.add(readDetection(message.value.toString("utf8")));
        } catch {
          watch.deadLetter("malformed");
          unreadable.push(deadLetter(message, "malformed", "It is no detection as rootcause writes it."));
        }
      }
      await sendLetters(publisher, topics.deadletter, unreadable);
      return () => here.settle();
    },
    [Symbol.dispose]: () => clearInterval(sweep),
  };
}
