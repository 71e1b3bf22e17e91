import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A row of "What each road does not carry" in docs/shippers.md. */
export interface Road {
  readonly name: string;
  readonly lost: readonly string[];
}

export function readRoads(): readonly Road[] {
  const document = readFileSync(join(import.meta.dirname, "../../docs/shippers.md"), "utf8");
  const table = document.split("## What each road does not carry")[1]?.split("\n## ")[0] ?? "";
  return table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(1)
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, name = ""]) => !name.startsWith("-"))
    .map(([, name = "", lost = ""]) => ({
      name,
      lost: [...lost.matchAll(/`([^`]+)`/g)].map(([, field = ""]) => field),
    }));
}
