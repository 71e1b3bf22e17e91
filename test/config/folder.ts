import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readConfig } from "../../cli/config.ts";

/** A new folder, gone when the test is done. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rootcause-config-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** What is read of a configuration with this text, in a folder of its own. */
export async function configOf(text: string) {
  const folder = await newFolder();
  const file = join(folder, "rootcause.yml");
  await writeFile(file, text);
  return { folder, config: await readConfig(file) };
}
