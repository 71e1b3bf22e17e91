/**
 * Why a message is no event:
 *
 * - `too-large`, `too-deep`, `too-many-fields`: it is past a limit (limits.ts)
 * - `malformed`: it is neither JSON nor XML, or is broken
 * - `unknown-format`: it is sound, but none of the known formats, or not the one that was asked for
 * - `no-event`: it has the form of one, but no provider or no event id
 * - `invalid-field`: its record id or its time is there, but cannot be read: taken for absent, it would make two events one
 */
export const UNREADABLE_REASONS = [
  "too-large",
  "too-deep",
  "too-many-fields",
  "malformed",
  "unknown-format",
  "no-event",
  "invalid-field",
] as const;
export type UnreadableReason = (typeof UNREADABLE_REASONS)[number];

/** A message that cannot be read: the only thing `parseMessage` throws. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Characters of a value that are shown. */
const SHOWN = 40;

/** @param is what the value is not, such as `number` */
export function invalidField(name: string, is: string, value: string): UnreadableError {
  const shown = value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
  return new UnreadableError("invalid-field", `Its ${name} is no ${is}: ${JSON.stringify(shown)}.`);
}
