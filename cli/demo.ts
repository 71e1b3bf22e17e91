/**
 * `npm run demo`: a made-up fleet, scanned as anyone would scan their own logs. Every command is printed before it runs;
 * they can be typed again by hand (`npm run rootcause -- …` in a checkout).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stdout } from "node:process";
import { text } from "node:stream/consumers";
import { styleText } from "node:util";
import { z } from "zod";
import { EXIT } from "./exit-code.ts";

const FOLDER = "./demo";
const STORE = ["--store", "./demo/rootcause-data"];

/** What the demo reads of an incident's JSON. */
const Found = z.object({
  id: z.string(),
  severity: z.string(),
  evidence: z.array(z.object({ events: z.array(z.object({ fields: z.record(z.string(), z.string()) })) })),
});

await show("simulate", "--out", FOLDER);
const mustStayOff = await rootsThatMustStayOff();
await show("scan", FOLDER, ...STORE, "--must-stay-off", mustStayOff.join(","));
const worst = await worstIncident(mustStayOff);
if (worst !== undefined) {
  stdout.write("\nOne of the worst, whose cause was on the operator's list, from its beginning to what to do:\n");
  await show("incidents", worst, ...STORE);
  stdout.write(`
What to try next:
  rootcause incidents ID ${STORE.join(" ")}   another one's timeline, by the beginning of its id
  rootcause rules show root_change_broke_tls             what a rule looks for
  rootcause dump demo/HOST/Application.evtx              the records themselves
  less demo/truth.json                                   what was really done to which host
  rootcause scan PATH                                    your own logs
`);
}

/** Prints the command and runs it as a process of its own, as a shell would. */
async function show(...words: readonly string[]): Promise<void> {
  stdout.write(`\n${styleText("bold", `$ rootcause ${words.join(" ")}`)}\n`);
  const [code] = await once(start(words, "inherit"), "exit");
  if (code !== EXIT.ok) process.exit(Number(code));
}

function start(words: readonly string[], output: "inherit" | "pipe") {
  return spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...words], {
    stdio: ["ignore", output, "inherit"],
  });
}

/** What the operator of this fleet knows. */
async function rootsThatMustStayOff(): Promise<readonly string[]> {
  const truth: unknown = JSON.parse(await readFile(join(FOLDER, "truth.json"), "utf8"));
  return z.object({ config: z.object({ mustStayOff: z.array(z.string()) }) }).parse(truth).config.mustStayOff;
}

/** The beginning of the id of the worst; among equals the one whose cause the operator had listed. */
async function worstIncident(listed: readonly string[]): Promise<string | undefined> {
  const { stdout: output } = start(["incidents", ...STORE, "--format", "jsonl"], "pipe");
  const lines = (output === null ? "" : await text(output)).split("\n").filter((line) => line !== "");
  const incidents = lines.map((line) => Found.parse(JSON.parse(line)));
  const [first] = incidents;
  const known = incidents.find(
    ({ severity, evidence }) =>
      severity === first?.severity && listed.includes(evidence[0]?.events[0]?.fields.Thumbprint ?? ""),
  );
  return (known ?? first)?.id.slice(0, 8);
}
