import { readAnyYaml } from "./any-yaml.ts";
import { RuleFault } from "./fault.ts";
import { readPlainYaml } from "./plain-yaml.ts";

/** YAML as plain data in which every node knows its line and the path of keys to it, so that an error can name them. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly line: number;
  readonly key: string;
  readonly value: string | number | boolean | null;
  /** As it is written, without quotes: `0x1F` and `1.50` keep their form. */
  readonly source: string;
}

interface YamlList {
  readonly kind: "list";
  readonly line: number;
  readonly key: string;
  readonly items: readonly YamlNode[];
}

export interface YamlMap {
  readonly kind: "map";
  readonly line: number;
  readonly key: string;
  readonly entries: ReadonlyMap<string, YamlNode>;
}

/** One document of a file: its content, or the fault that makes it unreadable. */
export type YamlDocument = YamlNode | RuleFault;

const MAX_CHARACTERS = 4_000_000;
/** Read as UTF-8: its mark makes two characters that replace what is none, and every other byte of plain text is zero. */
const LOOKS_LIKE_UTF_16 = /^(?:\uFFFD\uFFFD|\0|[^\0]\0)/;

/** Reads all documents of a YAML 1.2 file; empty ones are left out. It never throws: a document that is not YAML is a fault. */
export function readYaml(text: string): readonly YamlDocument[] {
  if (text.length > MAX_CHARACTERS)
    return [new RuleFault(1, "", `the file is longer than ${MAX_CHARACTERS} characters; split it`)];
  if (LOOKS_LIKE_UTF_16.test(text)) return [new RuleFault(1, "", "the file is not UTF-8 but UTF-16; save it as UTF-8")];
  return readPlainYaml(text) ?? readAnyYaml(text);
}
