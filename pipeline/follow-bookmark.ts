import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ReadPlace } from "../ingest/evtx/follow.ts";
import { UserError } from "../model/user-error.ts";

/** Absolute path of a followed log → how far it has been read. */
export type Places = ReadonlyMap<string, ReadPlace>;

/** In the folder of the store; docs/follow.md has its format. */
const FILE = "follow.json";
const FORMAT = "rootcause follow 1";

const Bookmark = z.object({
  format: z.literal(FORMAT),
  files: z.array(
    z.object({
      path: z.string(),
      chunk: z.number().int().nonnegative(),
      offset: z.number().int().nonnegative(),
      size: z.number().int().nonnegative(),
      recordId: z
        .string()
        .regex(/^\d{1,20}$/)
        .transform(BigInt),
      digest: z.string(),
    }),
  ),
});

/** @throws UserError when the file is there and is something else */
export async function readBookmark(store: string): Promise<Places> {
  const path = join(store, FILE);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new UserError(`Cannot read ${path} (${error.message}).`);
  });
  if (text === undefined) return new Map();
  try {
    return new Map(Bookmark.parse(JSON.parse(text)).files.map(({ path, ...place }) => [path, place]));
  } catch {
    throw new UserError(
      `${path} is no bookmark of this version: delete it, and the logs are read again from their beginning, which changes nothing that is stored.`,
    );
  }
}

/** Replaces the bookmark at once and for good: whoever reads it, and a machine that loses its power, finds the old one or the new one. */
export async function writeBookmark(store: string, places: Places): Promise<void> {
  const path = join(store, FILE);
  const files = Array.from(places, ([path, place]) => ({ path, ...place, recordId: String(place.recordId) }));
  const fresh = await open(`${path}.new`, "w");
  try {
    await fresh.writeFile(`${JSON.stringify({ format: FORMAT, files }, undefined, 1)}\n`);
    await fresh.sync();
  } finally {
    await fresh.close();
  }
  await rename(`${path}.new`, path);
  // Windows keeps a folder's entries by itself, and opens none.
  if (process.platform === "win32") return;
  const folder = await open(store, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
