/** Something of a file that could not be read, or that is not as its writer left it. */
export interface Damage {
  readonly file: string;
  /** Byte offset from the beginning of the file. */
  readonly offset: number;
  /** The chunk's number, counted from 0 in the file; undefined for the file's own header. */
  readonly chunk: number | undefined;
  /** The record's own number, where it is known. */
  readonly recordId: bigint | undefined;
  /** `lost`: a record could not be read. `verdict`: what was read is not to be trusted fully (a checksum fails, a header lies). */
  readonly kind: "lost" | "verdict";
  /** How many records are lost with it, where their numbers show that; none with a verdict. */
  readonly records: number | undefined;
  readonly reason: string;
}

/** What is wrong with some bytes, thrown inside the reader and turned into a `Damage` at the record; it never leaves the reader. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}
