/** The user's mistake: one line that says what, where and what to do. The command ends with exit code 2 and prints it without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
}
