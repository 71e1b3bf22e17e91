import { stat } from "node:fs/promises";
import { stdout } from "node:process";
import { type Check, check } from "./config/check.ts";
import { checksOf } from "./config/checks.ts";
import { CONFIG_FILE, type Config, readConfig } from "./config.ts";
import type { ConfigCheckOptions } from "./config-check.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { lookOf } from "./report/look.ts";
import { visible } from "./report/visible-text.ts";

/** Runs `rootcause config check`: a line for each thing that is tried, in their order. */
export async function runConfigCheck({ config: file }: ConfigCheckOptions): Promise<ExitCode> {
  let config: Config | undefined;
  const reading = check("configuration", async () => {
    config = await readConfig(file);
    return file ?? ((await isThere(CONFIG_FILE)) ? CONFIG_FILE : `no ${CONFIG_FILE} here: all is as by default`);
  });
  await reading.outcome;
  const allWork = await printed([reading, ...(config === undefined ? [] : checksOf(config))]);
  return allWork ? EXIT.ok : EXIT.usage;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function printed(checks: readonly Check[]): Promise<boolean> {
  const look = lookOf(stdout);
  const width = Math.max(...checks.map(({ what }) => visible(what).length));
  let allWork = true;
  for (const { what, outcome } of checks) {
    const { works, details } = await outcome;
    allWork &&= works;
    const mark = works ? look.paint("green", "✓") : look.paint("red", "✗");
    for (const detail of details) stdout.write(`${mark} ${visible(what).padEnd(width)}  ${visible(detail)}\n`);
  }
  return allWork;
}
