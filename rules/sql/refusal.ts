/** What of a rule cannot be said in SQL so that it means the same, and why. */
export class SqlRefusal extends Error {
  override readonly name = "SqlRefusal";
}
