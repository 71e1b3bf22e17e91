/** Whether an error is of the disk or the file: gone, not allowed, not readable. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
