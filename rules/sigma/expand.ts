/** Placeholder name → what stands for it; an entry is a Sigma string and may hold wildcards. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

export type Expansion =
  | { readonly kind: "values"; readonly values: readonly string[] }
  | { readonly kind: "unknown" | "empty"; readonly name: string };

/**
 * Modifier `expand`: every `%name%` of a value by each of its texts; several placeholders give every combination. `\%` is a plain percent sign.
 */
export function expandPlaceholders(value: string, placeholders: Placeholders): Expansion {
  let values = [""];
  for (const [, escaped, name, text = ""] of value.matchAll(/(\\%)|%([\w-]+)%|([^%\\]+|[%\\])/g)) {
    if (name === undefined) {
      values = values.map((before) => before + (escaped === undefined ? text : "%"));
      continue;
    }
    const known = placeholders.get(name);
    if (known === undefined) return { kind: "unknown", name };
    if (known.length === 0) return { kind: "empty", name };
    values = values.flatMap((before) => known.map((one) => before + one));
  }
  return { kind: "values", values };
}
