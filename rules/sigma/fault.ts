/** What is wrong with one rule, at which line and key of its file. It costs that rule only (rules/load.ts turns it into a refusal). */
export class RuleFault extends Error {
  override readonly name = "RuleFault";
  readonly line: number;

  /** @param key the path of keys to the fault (`detection.selection.Image|endswith`), or empty when it is the whole document's */
  constructor(line: number, key: string, reason: string) {
    super(key === "" ? reason : `${key}: ${reason}`);
    this.line = line;
  }
}

/** The rule is right but cannot run here: for another product, or with a placeholder whose list is empty. */
export class RuleInactive extends Error {
  override readonly name = "RuleInactive";
}
