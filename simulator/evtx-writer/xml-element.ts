/** An element as binary XML has it: in a template definition, with places for values; in UserData, with none. */
export interface XmlElement {
  readonly name: string;
  /** The value whose absence takes the element away. */
  readonly dependsOn?: number;
  readonly attributes: readonly (readonly [name: string, value: XmlText])[];
  readonly content: readonly (XmlElement | XmlText)[];
}

/** Text that stands there, or the place of a value: its index among the values and its type code. */
export type XmlText =
  | { readonly text: string }
  | { readonly slot: number; readonly type: number; readonly optional: boolean };

export function element(
  name: string,
  content: XmlElement["content"] = [],
  attributes: XmlElement["attributes"] = [],
): XmlElement {
  return { name, attributes, content };
}
