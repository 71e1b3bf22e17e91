import { globSync } from "node:fs";
import { join } from "node:path";
import { CORPUS } from "../corpus.ts";

export const EVTX = join(CORPUS, "evtx");
export const REFERENCE = join(CORPUS, "reference");

/** Real EVTX files, by their path in `EVTX`; none where the corpus is not there. */
export const corpusFiles: readonly string[] = globSync("**/*.evtx", { cwd: EVTX }).sort();
