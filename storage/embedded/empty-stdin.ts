import { closeSync, fstatSync, openSync } from "node:fs";
import { devNull } from "node:os";

/**
 * Puts an empty standard input in the place of a pipe, socket or file. The engine is `clickhouse local` in a library: after the rows of an INSERT it
 * takes whatever stands on file descriptor 0 as more rows, and waits for them. The list that a shell reads line by line would end in a table, and a
 * pipe that stays silent stop the process for good. Terminals it leaves alone.
 */
export function emptyStdin(): void {
  if (fstatSync(0).isCharacterDevice()) return;
  closeSync(0);
  // The lowest free number is handed out, which is 0 now.
  openSync(devNull, "r");
}
