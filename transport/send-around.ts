import { TooLargeError } from "./kafka/errors.ts";
import type { Message, Publisher } from "./transport.ts";

/**
 * Sends messages, all but those that are too large for the topic: for such a one `instead` gives another (the same again fails again), or undefined to
 * leave it out. What stands around it may be published twice, for it is sent again.
 *
 * @returns how many were sent
 */
export async function sendAround<T>(
  publisher: Publisher,
  topic: string,
  entries: readonly T[],
  messageOf: (entry: T) => Message,
  instead: (entry: T, error: TooLargeError) => T | undefined | Promise<T | undefined>,
): Promise<number> {
  const left = [...entries];
  for (;;) {
    try {
      await publisher.send(topic, left.map(messageOf));
      return left.length;
    } catch (error) {
      const refused = error instanceof TooLargeError ? left[error.index] : undefined;
      if (!(error instanceof TooLargeError) || refused === undefined) throw error;
      const other = await instead(refused, error);
      left.splice(error.index, 1, ...(other === undefined ? [] : [other]));
    }
  }
}
