import { UserError } from "../../model/user-error.ts";

/** What one check came to. `details` say what was found, or what is wrong and what to do, a line each. */
export interface Outcome {
  readonly works: boolean;
  readonly details: readonly string[];
}

export interface Check {
  readonly what: string;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
}

/** Longer than the servers' clients wait by themselves; what still hangs then is not going to answer. */
const PATIENCE = 30_000;

/** Tries something that gives the detail, or throws with it. */
export function check(what: string, attempt: () => Promise<string>): Check {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new UserError(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
  const outcome = Promise.race([attempt(), tooLate]).then(
    (detail) => ({ works: true, details: [detail] }),
    (error: unknown) => ({ works: false, details: linesOf(error) }),
  );
  return { what, outcome: outcome.finally(() => clearTimeout(timer)) };
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof UserError) return error.lines;
  return [error instanceof Error ? error.message : String(error)];
}
