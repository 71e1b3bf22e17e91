/**
 * The longest text, in lower case, that stands in the lower case of whatever the expression (RE2 syntax) matches; empty when none is certain.
 * It reads only what it understands, and takes everything else for something that may match anything.
 */
export function literalOfExpression(source: string): string {
  const reader = new LiteralReader(source);
  reader.sequence(0);
  return reader.isWhole ? reader.longest : "";
}

/** An expression that is nested deeper has no literal. */
const MAX_DEPTH = 20;
/** What follows `\` and stands for itself; letters and digits are classes, anchors and references. */
const PUNCTUATION = /[^\w\s]/;

class LiteralReader {
  longest = "";
  readonly #source: string;
  #at = 0;
  #run = "";
  #ignoresCase = false;
  #understood = true;

  constructor(source: string) {
    this.#source = source;
  }

  get isWhole(): boolean {
    return this.#understood && this.#at === this.#source.length;
  }

  /** Reads until the end or a closing parenthesis. With alternatives, nothing in it is certain. */
  sequence(depth: number): void {
    if (depth > MAX_DEPTH) this.#understood = false;
    const before = this.longest;
    let hasAlternatives = false;
    while (this.#understood && this.#at < this.#source.length && this.#peek() !== ")") {
      if (this.#peek() === "|") {
        hasAlternatives = true;
        this.#at++;
        this.#endRun();
      } else this.#term(depth);
    }
    this.#endRun();
    if (hasAlternatives) this.longest = before;
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #term(depth: number): void {
    const run = this.#run;
    const { longest } = this;
    const char = this.#peek();
    if (char === "(") this.#group(depth);
    else if (char === "[") this.#class();
    else if (char === "\\") this.#escape();
    else {
      this.#at++;
      if ("^$.".includes(char)) this.#endRun();
      else this.#literal(char);
    }
    this.#quantifier(run, longest);
  }

  #literal(char: string): void {
    // Without regard to case, s is also U+017F, which has another lower case.
    if (this.#ignoresCase && (char === "s" || char === "S")) this.#endRun();
    else this.#run += char;
  }

  #endRun(): void {
    if (this.#run.length > this.longest.length) this.longest = this.#run.toLowerCase();
    this.#run = "";
  }

  /** What may be left out is not certain, and what may come again is not joined to what follows. */
  #quantifier(run: string, longest: string): void {
    const quantifier = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})[?+]?/.exec(this.#source.slice(this.#at, this.#at + 16));
    if (quantifier === null) return;
    this.#at += quantifier[0].length;
    const isCertain = quantifier[0].startsWith("+") || Number(quantifier[1] ?? 0) > 0;
    if (!isCertain) {
      this.#run = run;
      this.longest = longest;
    }
    this.#endRun();
  }

  #escape(): void {
    const char = this.#source.charAt(this.#at + 1);
    this.#at += 2;
    if (PUNCTUATION.test(char)) this.#literal(char);
    else if ("sSwWdDbB".includes(char) && char !== "") this.#endRun();
    else this.#understood = false;
  }

  #class(): void {
    const found = /^\[\^?\]?(?:\\[^pPxQ]|[^\]\\[])*\]/.exec(this.#source.slice(this.#at));
    if (found === null) this.#understood = false;
    this.#at += found?.[0].length ?? 1;
    this.#endRun();
  }

  #group(depth: number): void {
    this.#endRun();
    const opening = /^\((?:\?(?:([a-zA-Z]+)\)|([a-zA-Z]*):|P?<\w+>))?/.exec(
      this.#source.slice(this.#at, this.#at + 64),
    );
    const flags = opening?.[1];
    this.#at += opening?.[0].length ?? 1;
    if (opening?.[0] === "(" && this.#peek() === "?") this.#understood = false;
    if ((flags ?? opening?.[2] ?? "").includes("i")) this.#ignoresCase = true;
    if (flags !== undefined) return;
    this.sequence(depth + 1);
    if (this.#peek() !== ")") this.#understood = false;
    this.#at++;
  }
}

export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
