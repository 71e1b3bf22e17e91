/**
 * Why a message is no event:
 *
 * - `too-large`, `too-deep`, `too-many-fields`: it is past a limit (limits.ts)
 * - `malformed`: it is neither JSON nor XML, or is broken
 * - `unknown-format`: it is sound, but none of the known formats, or not the one that was asked for
 * - `no-event`: it has the form of one, but no provider or no event id
 */
export type UnreadableReason =
  | "too-large"
  | "too-deep"
  | "too-many-fields"
  | "malformed"
  | "unknown-format"
  | "no-event";

/** A message that cannot be read: the only thing `parseMessage` throws. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
