import { readFile } from "node:fs/promises";
import { z } from "zod";
import { section } from "./section.ts";
import { type Place, pathIn, readText } from "./values.ts";

/** `{ env: NAME }` or `{ file: PATH }`: a secret never stands in the configuration itself. Gives the secret. */
export function secret(place: Place) {
  return reference(place).transform((where, context) => read(where, place, context) ?? z.NEVER);
}

/** A secret that may be another tomorrow, as tokens are: a file is read again each time the secret is asked for. */
export function renewedSecret(place: Place) {
  return reference(place).transform((where, context): (() => Promise<string>) => {
    const now = read(where, place, context);
    if (now === undefined) return z.NEVER;
    const { file } = where;
    return file === undefined ? async () => now : async () => withoutLineEnd(await readFile(file, "utf8"));
  });
}

interface Reference {
  readonly env?: string;
  readonly file?: string;
}

const ADVICE = "a secret does not stand here itself: say where it is, {env: NAME_OF_A_VARIABLE} or {file: PATH}";

function reference(place: Place) {
  const VariableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "this is no name of an environment variable");
  return section({ env: VariableName.exactOptional(), file: pathIn(place).exactOptional() }, ADVICE);
}

function read({ env, file }: Reference, place: Place, context: z.core.$RefinementCtx): string | undefined {
  if ((env === undefined) === (file === undefined)) {
    context.addIssue("give one of env and file");
    return undefined;
  }
  if (!place.withSecrets) return "";
  const text = env !== undefined ? fromEnvironment(env, context) : readText(file ?? "", context);
  if (text === undefined) return undefined;
  const secret = withoutLineEnd(text);
  if (secret === "") context.addIssue(env === undefined ? `${file} is empty` : `the variable ${env} is empty`);
  return secret === "" ? undefined : secret;
}

function fromEnvironment(name: string, context: z.core.$RefinementCtx): string | undefined {
  const value = process.env[name];
  if (value === undefined) context.addIssue(`the environment variable ${name} is not set`);
  return value;
}

/** Editors and `echo` end a file with a line break, which is not part of the secret. */
function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
