import { statSync } from "node:fs";
import { stderr } from "node:process";
import { type Command, Option } from "commander";
import type { Damage } from "../ingest/evtx/damage.ts";
import { NotEvtxError, openEvtx } from "../ingest/evtx/file.ts";
import { jsonLines, recordToJson } from "../ingest/evtx/json.ts";
import type { EvtxRecord } from "../ingest/evtx/record.ts";
import { type RecoveredFrom, recoverRecords } from "../ingest/evtx/recover.ts";
import { recordToXml } from "../ingest/evtx/xml.ts";
import { UserError } from "../model/user-error.ts";
import { DamageReport } from "../pipeline/damage-report.ts";
import { isFileError } from "../pipeline/file-error.ts";
import { EXIT } from "./exit-code.ts";
import { type DumpTotals, dumpSummary } from "./report/dump-summary.ts";
import { openOutput, writeOut } from "./write-out.ts";

const HELP = `
Examples:
  rootcause dump System.evtx | jq .Event.System.EventID
  rootcause dump *.evtx --format xml --output all.xml
  rootcause dump --recover disk.img | jq 'select(.Recovered)'

Each record is one line. What cannot be read, also a file that is no log, is named at the end and left out (exit code 4).
With --recover also records are printed that the files no longer count as theirs: in slack space, in damaged
parts, or in a disk image of any kind. They come last, each once, and are marked: in JSON by a key beside "Event",
"Recovered":{"from":"slack","offset":66560}, in XML by <?recovered from="slack" offset="66560"?> before the event.`;

type Format = "jsonl" | "xml";

interface DumpOptions {
  readonly format: Format;
  readonly output?: string;
  readonly recover?: true;
}

export function addDump(program: Command): void {
  program
    .command("dump")
    .description("print the records of EVTX files as JSON lines or XML")
    .argument("<file...>", "EVTX files; with --recover any files")
    .addOption(new Option("--format <format>", "how to print").choices(["jsonl", "xml"]).default("jsonl"))
    .option("--output <file>", "write here instead of standard output")
    .option("--recover", "also print what can be made out in slack space, damage and disk images")
    .addHelpText("after", HELP)
    .action(async (files: string[], options: DumpOptions) => {
      // Before anything is printed: a mistyped name is known at once.
      const foreign = files.map(whyForeign).filter((why) => why !== undefined);
      // Among others such a file is damage; where all are, it is a mistake.
      if (!options.recover && foreign.length === files.length)
        throw new UserError(
          `${foreign[0]?.message}; give a .evtx file that Windows has written, or look for records in this one with --recover.`,
        );
      const totals = { records: 0, recovered: 0, damage: new DamageReport() };
      await writeOut(linesOf(files, options, totals), await openOutput(options.output, files));
      stderr.write(dumpSummary(totals));
      if (totals.damage.lostRecords > 0) process.exitCode = EXIT.unreadable;
    });
}

async function* linesOf(
  files: readonly string[],
  options: DumpOptions,
  totals: DumpTotals,
): AsyncGenerator<string | Buffer> {
  const lines = options.recover ? linesWithRecovered : ordinaryLines;
  for (const path of files)
    try {
      yield* lines(path, options.format, totals);
    } catch (error) {
      if (!(error instanceof NotEvtxError)) throw readError(path, error);
      totals.damage.add([{ file: path, offset: 0, kind: "lost", reason: "not an EVTX file" }]);
    }
}

/** Undefined for a log. @throws UserError for what cannot be read at all */
function whyForeign(path: string): NotEvtxError | undefined {
  try {
    if (statSync(path).isDirectory()) throw new UserError(`${path} is a folder: name the EVTX files in it.`);
    openEvtx(path)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    if (error instanceof NotEvtxError) return error;
    throw readError(path, error);
  }
}

/** The system's errors in words for the user; others as they are. */
function readError(path: string, error: unknown): unknown {
  if (!isFileError(error)) return error;
  return new UserError(`Cannot read ${path} (${error.message}): check the path, and that you may read it.`);
}

/** Text goes out in pieces of about this many characters: a write a record is slow. */
const PIECE = 1 << 16;

function* ordinaryLines(path: string, format: Format, totals: DumpTotals): Generator<string | Buffer> {
  using file = openEvtx(path);
  const report = (found: Damage) => totals.damage.add([found]);
  if (format === "jsonl") return yield* jsonLines(file, report);
  let piece = "";
  for (const record of file.records(report)) {
    piece += `${recordToXml(record)}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function* linesWithRecovered(path: string, format: Format, totals: DumpTotals): Generator<string> {
  const write = format === "jsonl" ? recordToJson : recordToXml;
  for (const { record, recovered } of recoverRecords(path, (found) => totals.damage.add([found]))) {
    totals.records++;
    if (recovered !== undefined) totals.recovered++;
    yield `${recovered === undefined ? write(record) : marked(record, recovered, format)}\n`;
  }
}

function marked(record: EvtxRecord, from: RecoveredFrom, format: Format): string {
  const { offset } = record;
  if (format === "xml") return `<?recovered from="${from}" offset="${offset}"?>${recordToXml(record)}`;
  return `${recordToJson(record).slice(0, -1)},"Recovered":${JSON.stringify({ from, offset })}}`;
}
