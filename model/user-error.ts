/** The user's mistake, or several, a line each that says what, where and what to do. The command ends with exit code 2 and prints them without a stack. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly lines: readonly string[];

  constructor(message: string | readonly string[], options?: ErrorOptions) {
    const lines = typeof message === "string" ? [message] : message;
    super(lines.join("\n"), options);
    this.lines = lines;
  }
}
