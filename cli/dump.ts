import { stderr } from "node:process";
import { type Command, Option } from "commander";
import type { Damage } from "../ingest/evtx/damage.ts";
import { openEvtx } from "../ingest/evtx/file.ts";
import { recordToJson } from "../ingest/evtx/json.ts";
import { recordToXml } from "../ingest/evtx/xml.ts";
import { UserError } from "../model/user-error.ts";
import { EXIT } from "./exit-code.ts";
import { damageLines } from "./report/damage-lines.ts";
import { openOutput, writeOut } from "./write-out.ts";

const HELP = `
Examples:
  rootcause dump System.evtx | jq .Event.System.EventID
  rootcause dump *.evtx --format xml --output all.xml

Each record is one line. What cannot be read is named at the end and left out (exit code 4).`;

export function addDump(program: Command): void {
  program
    .command("dump")
    .description("print the records of EVTX files as JSON lines or XML")
    .argument("<file...>", "EVTX files")
    .addOption(new Option("--format <format>", "how to print").choices(["jsonl", "xml"]).default("jsonl"))
    .option("--output <file>", "write here instead of standard output")
    .addHelpText("after", HELP)
    .action(async (files: string[], options: { format: "jsonl" | "xml"; output?: string }) => {
      const damage: Damage[] = [];
      await writeOut(linesOf(files, options.format, damage), await openOutput(options.output));
      stderr.write(damageLines(damage));
      if (damage.some(({ kind }) => kind === "lost")) process.exitCode = EXIT.unreadable;
    });
}

/** Lines go out in pieces of about this many characters: a write a record is slow. */
const PIECE = 1 << 16;

async function* linesOf(files: readonly string[], format: "jsonl" | "xml", damage: Damage[]): AsyncGenerator<string> {
  const write = format === "jsonl" ? recordToJson : recordToXml;
  for (const path of files) {
    using file = openFile(path);
    let piece = "";
    for (const record of file.records((found) => damage.push(found))) {
      piece += `${write(record)}\n`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
    yield piece;
  }
}

function openFile(path: string) {
  try {
    return openEvtx(path);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw new UserError(`Cannot read ${path} (${error.message}).`);
  }
}
