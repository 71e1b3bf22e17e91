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

/** Reads all documents of a YAML 1.2 file; empty ones are left out. It never throws: a document that is not YAML is a fault. */
export function readYaml(text: string): readonly YamlDocument[] {
  if (text.length > MAX_CHARACTERS)
    return [new RuleFault(1, "", `the file is longer than ${MAX_CHARACTERS} characters; split it`)];
  return readPlainYaml(text) ?? readAnyYaml(text);
}
