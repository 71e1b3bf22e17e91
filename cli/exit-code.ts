/** How a command ended; every command's help says so. */
export const EXIT = {
  /** It ran and read everything. */
  ok: 0,
  /** Our fault. */
  internal: 1,
  /** The user's mistake. */
  usage: 2,
  /** `--fail-on`: there is an incident of that severity or above. */
  found: 3,
  /** Some records could not be read. */
  unreadable: 4,
  /** Stopped by Ctrl-C, as shells say it: 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
