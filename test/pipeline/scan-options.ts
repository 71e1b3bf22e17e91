import { join } from "node:path";
import type { ScanOptions } from "../../pipeline/scan.ts";
import { WITHOUT_LISTS } from "../../rules/operator-lists.ts";

/** A scan with the built-in rules that keeps nothing, but for what is given. */
export function scanOptions(paths: readonly string[], given: Partial<ScanOptions> = {}): ScanOptions {
  return {
    paths,
    rulePaths: [join(import.meta.dirname, "../../rules/library")],
    placeholders: WITHOUT_LISTS,
    store: undefined,
    storeEvents: false,
    jobs: undefined,
    from: undefined,
    to: undefined,
    keepDetections: false,
    ...given,
  };
}
