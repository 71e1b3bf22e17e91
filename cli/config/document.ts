import { isMap, isNode, isScalar, LineCounter, type ParsedNode, parseDocument } from "yaml";
import type { z } from "zod";
import { UserError } from "../../model/user-error.ts";

type Issue = z.core.$ZodIssue;

/**
 * Parses YAML against a schema.
 * @throws UserError that names the file, the line and the key: `rootcause.yml:7: kafka.brokers: is missing`
 */
export function parseYaml<Schema extends z.ZodType>(text: string, file: string, schema: Schema): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (offset: number, why: string): never => {
    throw new UserError(`${file}:${lines.linePos(offset).line || 1}: ${why}`);
  };
  const [fault] = document.errors;
  if (fault !== undefined) return refuse(fault.pos[0], fault.message);
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    // An alias of nothing, or aliases of aliases that would fill the memory.
    return refuse(0, error instanceof Error ? error.message : String(error));
  }
  const parsed = schema.safeParse(value, { error: wording });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // A key that is misspelt is missing too; its misspelling tells more.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = pathOf(issue);
  return refuse(offsetOf(document.contents, path), `${path.join(".") || "the file"}: ${issue.message}`);
}

/** Of an unknown key zod gives the place of the object that it stands in. */
function pathOf(issue: Issue): readonly PropertyKey[] {
  return issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
}

/** Where the key at the end of the path stands, or as much of the path as is there. */
function offsetOf(root: ParsedNode | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSequence(node)) {
      node = node.items[Number(step)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}

function isSequence(node: unknown): node is { readonly items: readonly unknown[] } {
  return typeof node === "object" && node !== null && "items" in node && Array.isArray(node.items);
}

/** zod's own words, where there are no better ones. */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      if (issue.input === null) return "has no value: give one, or take the line out";
      if (issue.expected === "string" && typeof issue.input !== "object")
        return `text is expected: write "${String(issue.input)}" in quotes`;
      return `${KINDS[issue.expected] ?? issue.expected} is expected here`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}`;
    case "invalid_union":
      return issue.discriminator !== undefined && "options" in issue && Array.isArray(issue.options)
        ? `must be one of ${issue.options.join(", ")}`
        : undefined;
    default:
      return undefined;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  object: "a block of keys",
  array: "a list, like [one, two],",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  string: "text",
};
