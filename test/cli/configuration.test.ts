import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readConfig } from "../../cli/config.ts";
import { parseThumbprints } from "../../cli/parse-options.ts";
import { UserError } from "../../model/user-error.ts";
import { emptyFolder } from "./run.ts";

const THUMBPRINT = "2796BAE63F1801E277261BA0D77770028F20EEE4";
let file: string;
beforeAll(async () => {
  file = join(await emptyFolder(), "rootcause.yml");
});

async function config(text: string) {
  await writeFile(file, text);
  return readConfig(file);
}

test("thumbprints are taken as people copy them", () => {
  const copied = "\u200e27 96 ba e6 3f 18 01 e2 77 26 1b a0 d7 77 70 02 8f 20 ee e4";
  const colons = THUMBPRINT.replace(/..(?=.)/g, "$&:");
  expect(parseThumbprints(`${copied},${colons}`, ["X"])).toEqual(["X", THUMBPRINT, THUMBPRINT]);
});

test("the configuration lists the roots that must stay off; an empty one lists none", async () => {
  expect(await config(`roots:\n  mustStayOff:\n    - "${THUMBPRINT.toLowerCase()}"\n`)).toEqual({
    mustStayOff: [THUMBPRINT],
    ownRoots: [],
  });
  expect(await config(`roots:\n  own: [${THUMBPRINT}]\n`)).toEqual({ mustStayOff: [], ownRoots: [THUMBPRINT] });
  expect(await config("# nothing yet\n")).toEqual({ mustStayOff: [], ownRoots: [] });
});

test.for([
  ["roots:\n  mustStayOff:\n    - abc\n", /:3: roots\.mustStayOff\.0: "ABC" is no SHA-1 thumbprint/],
  ["\nroots:\n  mustStayOf: []\n", /:3: roots: Unrecognized key: "mustStayOf"/],
  ["roots: [1\n", /:\d: /],
  ["just words\n", /:1: the file: /],
] as const)("%j is refused by line and key", async ([text, message]) => {
  await expect(config(text)).rejects.toThrow(UserError);
  await expect(config(text)).rejects.toThrow(message);
});

test("a configuration that was named must be there; the default one need not", async () => {
  await expect(readConfig(`${file}.none`)).rejects.toThrow(/^Cannot read the configuration .*none \(ENOENT/);
  expect(await readConfig(undefined)).toEqual({ mustStayOff: [], ownRoots: [] });
});
