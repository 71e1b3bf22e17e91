/** The folders' order is the architecture: each imports only from itself and from those before it (ARCHITECTURE.md). */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const order = [
  "model",
  "ingest",
  "rules",
  "storage",
  "output",
  "transport",
  "alerts",
  "pipeline",
  "dashboards",
  "simulator",
  "cli",
];
const root = join(import.meta.dirname, "..");
const faults: string[] = [];

for (const file of globSync(`{${order.join(",")}}/**/*.ts`, { cwd: root })) {
  const here = order.indexOf(file.split(sep)[0] ?? "");
  for (const [, target] of readFileSync(join(root, file), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
    const folder = relative(root, join(root, dirname(file), target ?? "")).split(sep)[0] ?? "";
    const there = order.indexOf(folder);
    if (folder !== "package.json" && (there === -1 || there > here))
      faults.push(`${file} imports ${target}: ${folder}/ does not come before ${order[here]}/`);
  }
}

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
