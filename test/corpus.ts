import { existsSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";

/** The public event logs and their readings by another reader: real input that is not ours to copy. */
export const CORPUS = env.ROOTCAUSE_CORPUS ?? join(import.meta.dirname, "../../shared/corpus");

/** False, after a word about it, where the corpus is not there. */
export const hasCorpus = existsSync(join(CORPUS, "evtx"));
if (!hasCorpus) console.warn(`SKIPPED: no corpus at ${CORPUS}. Name the folder that has it in ROOTCAUSE_CORPUS.`);
