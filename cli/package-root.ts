import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";

/** The package's own folder, whether this runs from the sources or from `dist/`. */
const PACKAGE_JSON = findPackageJSON(import.meta.url) ?? join(import.meta.dirname, "../package.json");

/** The rules that come with the package. */
export const LIBRARY = join(dirname(PACKAGE_JSON), "rules", "library");

export function packageVersion(): string {
  return String(JSON.parse(readFileSync(PACKAGE_JSON, "utf8")).version);
}
