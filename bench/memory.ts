/**
 * How much memory a scan takes: the peak of the whole process, its threads included, over the corpus once and over four copies of it.
 *
 *     npm run bench:memory
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, execPath, stdout } from "node:process";
import { scan } from "../pipeline/scan.ts";
import { CORPUS } from "../test/corpus.ts";
import { scanOptions } from "../test/pipeline/scan-options.ts";

const [folder] = argv.slice(2);
if (folder === undefined) compare();
else await measure(folder);

/** Each in a process of its own: a peak does not go down again. */
function compare(): void {
  const copies = mkdtempSync(join(tmpdir(), "rootcause-memory-"));
  try {
    for (let copy = 1; copy <= 4; copy++) cpSync(join(CORPUS, "evtx"), join(copies, String(copy)), { recursive: true });
    for (const scanned of [join(CORPUS, "evtx"), copies])
      stdout.write(spawnSync(execPath, [import.meta.filename, scanned], { encoding: "utf8" }).stdout);
  } finally {
    rmSync(copies, { recursive: true });
  }
}

async function measure(scanned: string): Promise<void> {
  const { files, records, bytes, seconds } = await scan(scanOptions([scanned]));
  const peak = process.resourceUsage().maxRSS / 1024;
  stdout.write(
    `${files} files, ${records} records, ${(bytes / 1e6).toFixed(0)} MB: peak ${peak.toFixed(0)} MiB, ${seconds.toFixed(1)} s\n`,
  );
}
