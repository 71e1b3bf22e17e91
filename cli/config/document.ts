import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseDocument,
  visit,
} from "yaml";
import type { z } from "zod";
import { UserError } from "../../model/user-error.ts";

type Issue = z.core.$ZodIssue;

interface Mistake {
  /** Where in the text. */
  readonly offset: number;
  readonly why: string;
}

/**
 * Parses YAML against a schema.
 * @throws UserError with all mistakes, each with the file, the line and the key: `rootcause.yml:7: kafka.brokers: is missing`
 */
export function parseYaml<Schema extends z.ZodType>(text: string, file: string, schema: Schema): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const lineOf = (offset: number) => lines.linePos(offset).line || 1;
  const refuse = (mistakes: readonly Mistake[]): never => {
    const inOrder = mistakes.toSorted((a, b) => a.offset - b.offset);
    throw new UserError(inOrder.map(({ offset, why }) => `${file}:${lineOf(offset)}: ${why}`));
  };
  // One fault of the syntax makes more behind it.
  const [fault] = document.errors;
  if (fault !== undefined) return refuse([{ offset: fault.pos[0], why: fault.message }]);
  let value: unknown;
  let repeated: readonly Mistake[];
  try {
    value = document.toJS() ?? {};
    repeated = repeatedKeys(document, lineOf);
  } catch (error) {
    // An alias of nothing, or aliases of aliases that would fill the memory.
    return refuse([{ offset: 0, why: error instanceof Error ? error.message : String(error) }]);
  }
  const parsed = schema.safeParse(value, { error: wording });
  if (parsed.success && repeated.length === 0) return parsed.data;
  const wrong = mistakesOf(parsed.error?.issues ?? []).map(({ path, why }) => ({
    offset: offsetOf(document.contents, path),
    why: `${path.join(".") || "the file"}: ${why}`,
  }));
  return refuse([...repeated, ...wrong]);
}

function repeatedKeys(document: Document.Parsed, lineOf: (offset: number) => number): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, {
    Map: (_, { items }, above) => {
      const outer = above.flatMap((step) => (isPair(step) && isScalar(step.key) ? [String(step.key.value)] : []));
      const firsts = new Map<string, number>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const offset = key.range?.[0] ?? 0;
        const first = firsts.get(name);
        if (first === undefined) firsts.set(name, offset);
        else {
          const why = `${[...outer, name].join(".")}: stands here again, and in line ${lineOf(first)} already`;
          mistakes.push({ offset, why });
        }
      }
    },
  });
  return mistakes;
}

interface Wrong {
  readonly path: readonly PropertyKey[];
  readonly why: string;
}

/** Of unknown keys zod gives the place of the object that they stand in, and a message with a line each. */
function mistakesOf(issues: readonly Issue[]): readonly Wrong[] {
  const unknown = issues.filter((issue) => issue.code === "unrecognized_keys");
  // A key that is misspelt is missing too; its misspelling tells more.
  const incomplete = new Set(unknown.map(({ path }) => path.join(".")));
  const others = issues.filter(
    ({ code, message, path }) =>
      code !== "unrecognized_keys" && !incomplete.has((message === MISSING ? path.slice(0, -1) : path).join(".")),
  );
  return [
    ...unknown.flatMap(({ path, keys, message }) => {
      const lines = message.split("\n");
      return keys.map((key, index) => ({ path: [...path, key], why: lines[index] ?? message }));
    }),
    ...others.map(({ path, message }) => ({ path, why: message })),
  ];
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

const MISSING = "is missing";

/** zod's own words, where there are no better ones. */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return MISSING;
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
