import { textLiteral } from "./literal.ts";

/** SQL whose values stand apart: `{v1:String}` in the text is `values.v1`, as ClickHouse takes parameters. */
export interface Statement {
  readonly text: string;
  readonly values: SqlValues;
}

export type SqlValues = Readonly<Record<string, string | readonly string[]>>;

/** Takes the values of a statement in and gives the places that stand for them. The same value has one place. */
export class ValueList {
  readonly #places = new Map<string, string>();
  readonly #values: Record<string, string | readonly string[]> = {};

  get values(): SqlValues {
    return this.#values;
  }

  text(value: string): string {
    return this.#place(value, "String");
  }

  texts(values: readonly string[]): string {
    return this.#place(values, "Array(String)");
  }

  #place(value: string | readonly string[], type: string): string {
    const key = JSON.stringify(value);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const name = `v${this.#places.size + 1}`;
    const place = `{${name}:${type}}`;
    this.#values[name] = value;
    this.#places.set(key, place);
    return place;
  }
}

/** The statement as one text that can be pasted: every value written out as a literal. */
export function withLiterals({ text, values }: Statement): string {
  return text.replace(/\{(v\d+):[^}]*\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === "string" ? textLiteral(value) : `[${value.map(textLiteral).join(", ")}]`;
  });
}
