import type { Cursor } from "./cursor.ts";
import { MalformedError } from "./damage.ts";
import { NAME_END, NAME_HEADER } from "./name.ts";
import type { AttributeNode, ElementNode, InstanceNode, Node } from "./node.ts";
import { TYPE } from "./value.ts";

/** Tokens of binary XML ([MS-EVEN6] 2.2.12); bit 0x40 says that more follows (attributes, text) and is masked off. */
export const TOKEN = {
  end: 0x00,
  openElement: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  charRef: 0x08,
  entityRef: 0x09,
  piTarget: 0x0a,
  piData: 0x0b,
  instance: 0x0c,
  substitution: 0x0d,
  optionalSubstitution: 0x0e,
  fragment: 0x0f,
} as const;
export const MORE = 0x40;

const MAX_DEPTH = 64;

/** What a fragment's parser needs of the chunk around it. */
export interface FragmentContext {
  /** The name at this chunk offset. Throws `MalformedError`. */
  name(offset: number, reference: number): string;
  /** Reads a template instance whose token has just been read, its values included, and moves the cursor behind it. */
  instance(cursor: Cursor): InstanceNode;
  /** A text of `size` bytes that stands in the record itself, not in a template. Returns which value of the record's own elements it is. */
  literal(at: number, size: number): number;
  /** Four bytes that state a size, which is not needed. */
  sizeAt(at: number): void;
}

/**
 * Parses a fragment up to its end token or the cursor's end.
 * Elements of template definitions carry a dependency id that elements outside templates do not have.
 *
 * @throws MalformedError
 */
export function parseFragment(cursor: Cursor, context: FragmentContext, inTemplate: boolean): readonly Node[] {
  return new FragmentParser(cursor, context, inTemplate).content(0, undefined);
}

class FragmentParser {
  readonly #cursor: Cursor;
  readonly #context: FragmentContext;
  readonly #inTemplate: boolean;

  constructor(cursor: Cursor, context: FragmentContext, inTemplate: boolean) {
    this.#cursor = cursor;
    this.#context = context;
    this.#inTemplate = inTemplate;
  }

  /** Children of `parent` up to its end tag, or the whole fragment when there is none. */
  content(depth: number, parent: string | undefined): readonly Node[] {
    if (depth > MAX_DEPTH) throw new MalformedError(`elements nest deeper than ${MAX_DEPTH}`);
    const cursor = this.#cursor;
    const nodes: Node[] = [];
    while (!cursor.done) {
      const token = cursor.u8() & ~MORE;
      switch (token) {
        case TOKEN.end:
          if (parent !== undefined) throw new MalformedError(`the element ${parent} has no end`);
          return nodes;
        case TOKEN.endElement:
          if (parent === undefined) throw new MalformedError("an end tag without an element");
          return nodes;
        case TOKEN.fragment:
          cursor.skip(3);
          break;
        case TOKEN.openElement:
          nodes.push(this.#element(depth));
          break;
        case TOKEN.piTarget:
          nodes.push(this.#instruction());
          break;
        case TOKEN.instance:
          nodes.push(this.#context.instance(cursor));
          break;
        default:
          nodes.push(this.#text(token, this.#inTemplate));
      }
    }
    if (parent !== undefined) throw new MalformedError(`the element ${parent} has no end`);
    return nodes;
  }

  #element(depth: number): ElementNode {
    const cursor = this.#cursor;
    const hasAttributes = (cursor.view.getUint8(cursor.at - 1) & MORE) !== 0;
    if (this.#inTemplate) cursor.skip(2);
    this.#size();
    const name = this.#name();
    const attributes = hasAttributes ? this.#attributes() : [];
    const token = cursor.u8();
    if (token !== TOKEN.closeStart && token !== TOKEN.closeEmpty)
      throw new MalformedError(`token 0x${token.toString(16)} where the start tag of ${name} should end`);
    const children = token === TOKEN.closeStart ? this.content(depth + 1, name) : [];
    return { kind: "element", name, attributes, children };
  }

  #attributes(): readonly AttributeNode[] {
    const cursor = this.#cursor;
    const attributes: AttributeNode[] = [];
    this.#size();
    while ((cursor.peek() & ~MORE) === TOKEN.attribute) {
      cursor.skip(1);
      const name = this.#name();
      const value: Node[] = [];
      for (let token = cursor.peek() & ~MORE; isText(token); token = cursor.peek() & ~MORE) {
        cursor.skip(1);
        // The `Name` of a `<Data>` says which field it is, and is no value of its own.
        value.push(this.#text(token, this.#inTemplate || name === "Name"));
      }
      attributes.push({ name, value });
    }
    return attributes;
  }

  /** `isFixed`: a text is part of what is known of all records alike, and no value of this one. */
  #text(token: number, isFixed: boolean): Node {
    const cursor = this.#cursor;
    switch (token) {
      case TOKEN.value:
        if (cursor.u8() !== 0x01) throw new MalformedError("a literal value that is no string");
        return isFixed ? { kind: "text", text: cursor.utf16(cursor.u16()) } : this.#literal();
      case TOKEN.cdata:
        return { kind: "cdata", text: cursor.utf16(cursor.u16()) };
      case TOKEN.charRef:
        return { kind: "text", text: String.fromCharCode(cursor.u16()).toWellFormed() };
      case TOKEN.entityRef:
        return { kind: "entity", name: this.#name() };
      case TOKEN.substitution:
      case TOKEN.optionalSubstitution: {
        if (!this.#inTemplate) throw new MalformedError("a hole for a value outside a template");
        const index = cursor.u16();
        return { kind: "substitution", index, type: cursor.u8(), optional: token === TOKEN.optionalSubstitution };
      }
      default:
        throw new MalformedError(`token 0x${token.toString(16)} is not one of binary XML's`);
    }
  }

  #size(): void {
    this.#context.sizeAt(this.#cursor.at);
    this.#cursor.skip(4);
  }

  #literal(): Node {
    const cursor = this.#cursor;
    const size = 2 * cursor.u16();
    const { at } = cursor;
    cursor.skip(size);
    return { kind: "substitution", index: this.#context.literal(at, size), type: TYPE.string, optional: false };
  }

  #instruction(): Node {
    const cursor = this.#cursor;
    const target = this.#name();
    if ((cursor.peek() & ~MORE) !== TOKEN.piData) return { kind: "instruction", target, data: "" };
    cursor.skip(1);
    return { kind: "instruction", target, data: cursor.utf16(cursor.u16()) };
  }

  /** A name is an offset into the chunk; where it points right behind itself, the name stands there and is passed over. */
  #name(): string {
    const cursor = this.#cursor;
    const reference = cursor.at;
    const offset = cursor.u32();
    const name = this.#context.name(offset, reference);
    if (offset === cursor.at) cursor.skip(NAME_HEADER + 2 * name.length + NAME_END);
    return name;
  }
}

function isText(token: number): boolean {
  return (
    token === TOKEN.value ||
    token === TOKEN.charRef ||
    token === TOKEN.entityRef ||
    token === TOKEN.substitution ||
    token === TOKEN.optionalSubstitution
  );
}
