/** What went wrong, as ClickHouse says it: a number, its name, a sentence. */
export class Exception extends Error {
  override readonly name = "Exception";
  readonly code: number;
  readonly text: string;

  constructor(code: keyof typeof CODES, message: string) {
    super(message);
    this.code = CODES[code];
    this.text = `Code: ${this.code}. DB::Exception: ${message} (${code})\n`;
  }
}

/** Those that this server itself has to say; all others come from the engine. */
const CODES = {
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  QUERY_IS_TOO_LARGE: 229,
  NOT_ENOUGH_SPACE: 243,
  SUPPORT_IS_DISABLED: 344,
  ZLIB_INFLATE_FAILED: 354,
  ACCESS_DENIED: 497,
  AUTHENTICATION_FAILED: 516,
  UNSUPPORTED_MEDIA_TYPE: 779,
} as const;

/** How an error is answered: HTTP status, ClickHouse's code, and the body. */
export function answerTo(error: unknown): { readonly status: number; readonly code: number; readonly text: string } {
  if (error instanceof Exception) return { status: statusOf(error.code), code: error.code, text: error.text };
  const message = error instanceof Error ? error.message : String(error);
  if (/\b(?:ENOSPC|EDQUOT)\b/.test(message))
    return answerTo(
      new Exception("NOT_ENOUGH_SPACE", `There is no room on the disk of the store (${message.trim()}).`),
    );
  if (hasCode(error, /^ERR_INVALID_CHAR$/))
    return answerTo(new Exception("BAD_ARGUMENTS", "What query_id or the format is called must be printable."));
  if (hasCode(error, /^Z_/))
    return answerTo(new Exception("ZLIB_INFLATE_FAILED", `The body cannot be unpacked: ${message}`));
  const code = Number(/^Code: (\d{1,6})\b/.exec(message)?.[1] ?? UNKNOWN);
  const text = code === UNKNOWN ? `Code: ${UNKNOWN}. DB::Exception: ${message} (UNKNOWN_EXCEPTION)` : message;
  return { status: statusOf(code), code, text: `${text}\n` };
}

const UNKNOWN = 1002;

function hasCode(error: unknown, code: RegExp): boolean {
  return error instanceof Error && "code" in error && code.test(String(error.code));
}

/** The status that a ClickHouse server gives with an exception (its exceptionCodeToHTTPStatus.cpp). */
function statusOf(code: number): number {
  for (const [status, codes] of STATUSES) if (codes.includes(code)) return status;
  return 500;
}

const STATUSES: readonly (readonly [status: number, codes: readonly number[]])[] = [
  [400, [6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676]],
  [401, [194]],
  [403, [192, 193, 497, 512, 516]],
  [404, [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511]],
  [408, [159]],
  [411, [381]],
  [413, [229]],
  [415, [779]],
  [501, [48]],
  [503, [76, 209, 439]],
];
