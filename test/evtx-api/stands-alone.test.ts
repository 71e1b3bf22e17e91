import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** Everything that a module loads, and what these load: own files by their path in the project, all else as written. */
function loadedBy(file: string, found = new Set<string>()): Set<string> {
  const path = relative(ROOT, file);
  if (found.has(path)) return found;
  found.add(path);
  const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gm);
  for (const [, target = ""] of statements)
    if (target.startsWith(".")) loadedBy(join(dirname(file), target), found);
    else found.add(target);
  return found;
}

test("the EVTX entry point loads nothing but the reader, the model and Node's own", () => {
  const loaded = [...loadedBy(join(ROOT, "ingest/evtx/index.ts"))];
  expect(loaded.length).toBeGreaterThan(20);
  expect(loaded.filter((name) => !/^(ingest\/evtx|model)\/|^node:/.test(name))).toEqual([]);
});

test("package.json offers it as rootcause/evtx", () => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(exports["./evtx"]).toEqual({ types: "./dist/ingest/evtx/index.d.ts", default: "./dist/ingest/evtx/index.js" });
});
