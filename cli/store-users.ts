import { readFile } from "node:fs/promises";
import { UserError } from "../model/user-error.ts";
import type { User } from "../storage/http-server/users.ts";

/** Who may read and nothing else, where ROOTCAUSE_STORE_READONLY_PASSWORD is set. */
const READ_ONLY = "readonly";

/**
 * The users of a store that is served: one who may do everything, and one who may read when there is a password for that.
 * Passwords come from the environment, or from files that it names: ROOTCAUSE_STORE_PASSWORD or ROOTCAUSE_STORE_PASSWORD_FILE, and the same with
 * READONLY_PASSWORD.
 * @throws UserError when a file cannot be read, or a password is empty.
 */
export async function storeUsers(name: string): Promise<readonly User[]> {
  const password = await secret("ROOTCAUSE_STORE_PASSWORD");
  const readOnly = await secret("ROOTCAUSE_STORE_READONLY_PASSWORD");
  const owner: User = { name, password, isReadOnly: false };
  if (readOnly === undefined) return [owner];
  if (name === READ_ONLY)
    throw new UserError(`--user ${READ_ONLY} is the name of the one who may only read: choose another.`);
  return [owner, { name: READ_ONLY, password: readOnly, isReadOnly: true }];
}

async function secret(variable: string): Promise<string | undefined> {
  const value = process.env[variable];
  const file = process.env[`${variable}_FILE`];
  if (value === undefined && file === undefined) return undefined;
  if (value !== undefined && file !== undefined)
    throw new UserError(`${variable} and ${variable}_FILE are both set: leave one of them out.`);
  const text = value ?? (await readSecret(`${variable}_FILE`, file ?? ""));
  if (text === "") throw new UserError(`${variable} is empty: set a password, or leave the variable out.`);
  return text;
}

async function readSecret(variable: string, file: string): Promise<string> {
  try {
    // Editors and `echo` end a file with a line break, which is not part of the secret.
    return (await readFile(file, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot read the file that ${variable} names (${why}).`);
  }
}
