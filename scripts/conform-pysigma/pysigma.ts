import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { UserError } from "../../model/user-error.ts";

const PACKAGES = ["pysigma==2.0.1", "pysigma-backend-sqlite==2.1.1"];
const VENV = join(import.meta.dirname, "../../.cache/pysigma-2.0.1");

/** What pySigma is asked: one rule of these, over sets of events. */
export interface Question {
  readonly rules: string;
  readonly root: string;
  readonly fields: readonly string[];
  /** Seconds, as `ts` of the events. */
  readonly seenUntil: number;
  readonly sets: readonly (readonly Readonly<Record<string, string | number>>[])[];
}

const alert = z.object({ group: z.string(), start: z.number(), end: z.number(), events: z.array(z.string()) });
const reply = z.union([
  z.object({ error: z.string() }),
  z.object({ sets: z.array(z.union([z.array(z.string()), z.array(alert)])) }),
]);

/** An alert of a correlation: a window in which it holds. */
export type Alert = z.infer<typeof alert>;
export type Reply = z.infer<typeof reply>;

/** Asks pySigma and its SQLite backend, which are installed first if need be, one question after the other. */
export async function* askPySigma(questions: readonly Question[]): AsyncGenerator<Reply> {
  const child = spawn(pythonWithPySigma(), [join(import.meta.dirname, "ask.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
  for await (const line of createInterface(child.stdout)) yield reply.parse(JSON.parse(line));
}

function pythonWithPySigma(): string {
  const python = join(VENV, "bin/python");
  if (existsSync(join(VENV, "installed"))) return python;
  const found = env.ROOTCAUSE_PYTHON ?? "python3";
  const version = spawnSync(found, ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]);
  if (version.status !== 0)
    throw new UserError(
      `${found} is not there, or older than 3.11: pySigma needs it. Name another one in ROOTCAUSE_PYTHON.`,
    );
  console.log(`Installing ${PACKAGES.join(", ")} …`);
  run(found, ["-m", "venv", VENV]);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES]);
  run(python, ["-c", `open(${JSON.stringify(join(VENV, "installed"))}, "w").close()`]);
  return python;
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) throw new UserError(`${command} ${args.join(" ")} failed; its reason stands above.`);
}
