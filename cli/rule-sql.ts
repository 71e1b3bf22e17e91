import { stdout } from "node:process";
import type { Ticks } from "../model/ticks.ts";
import { UserError } from "../model/user-error.ts";
import { huntStatement } from "../rules/sql/hunt.ts";
import { SqlRefusal } from "../rules/sql/refusal.ts";
import { withLiterals } from "../rules/sql/values.ts";
import { findRule } from "./find-rule.ts";
import { visible } from "./report/visible-text.ts";
import type { RuleOptions } from "./rule-options.ts";

export interface RuleSqlOptions extends RuleOptions {
  readonly from?: Ticks;
  readonly to?: Ticks;
}

/** ClickHouse's `max_query_size`, with room for the line before the statement. */
const MAX_BYTES = 255 << 10;

/** Runs `rootcause rules sql RULE`. */
export async function printRuleSql(name: string, options: RuleSqlOptions): Promise<void> {
  if (options.from !== undefined && options.to !== undefined && options.from >= options.to)
    throw new UserError("--from is not before --to: no event can lie between them.");
  const { rule, set } = await findRule(name, options);
  if (rule.kind !== "detection")
    throw new UserError(
      `"${rule.name}" correlates and is no one statement: what it found is in the tables incidents and detections; its detection rules have SQL of their own.`,
    );
  try {
    const statement = huntStatement(
      set.detections.filter(({ id }) => id === rule.id),
      { from: options.from, to: options.to },
    );
    const sql = withLiterals(statement);
    if (Buffer.byteLength(sql) > MAX_BYTES)
      throw new SqlRefusal(`the statement would have more than the ${MAX_BYTES} bytes that ClickHouse takes`);
    stdout.write(`-- ${visible(`${rule.title} (${rule.id}), ${rule.level}`)}\n${sql}`);
  } catch (error) {
    if (error instanceof SqlRefusal)
      throw new UserError(`"${rule.name}" (${rule.place.file}:${rule.place.line}) cannot be SQL: ${error.message}.`);
    throw error;
  }
}
