import { ClickHouseError } from "@clickhouse/client";

/**
 * Whether the same request may succeed when it is made again: the store cannot be reached, is overloaded, out of memory or disk, or shutting down.
 * Anything else is a mistake in the request or the schema, and comes again.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof ClickHouseError) return TRANSIENT.has(error.type ?? "");
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && SYSTEM.has(error.code)) return true;
  // What a proxy before the server says in its own words, and the client's own wait.
  return /^Timeout error|socket hang up|aborted|\b50[234]\b/i.test(error.message);
}

/** ClickHouse's names of errors that pass. */
const TRANSIENT = new Set([
  "ABORTED",
  "ALL_CONNECTION_TRIES_FAILED",
  "ALL_REPLICAS_ARE_STALE",
  "ASYNC_LOAD_WAIT_FAILED",
  "CANNOT_ALLOCATE_MEMORY",
  "CANNOT_ALLOCATE_THREAD",
  "CANNOT_FSYNC",
  "CANNOT_OPEN_FILE",
  "CANNOT_SCHEDULE_TASK",
  "CANNOT_WRITE_TO_FILE_DESCRIPTOR",
  "CANNOT_WRITE_TO_SOCKET",
  "DNS_ERROR",
  "KEEPER_EXCEPTION",
  "MEMORY_LIMIT_EXCEEDED",
  "NETWORK_ERROR",
  "NOT_ENOUGH_SPACE",
  "NO_FREE_CONNECTION",
  "QUERY_WAS_CANCELLED",
  "RECEIVED_ERROR_TOO_MANY_REQUESTS",
  "SERVER_OVERLOADED",
  "SOCKET_TIMEOUT",
  "TABLE_IS_READ_ONLY",
  "TIMEOUT_EXCEEDED",
  "TOO_FEW_LIVE_REPLICAS",
  "TOO_MANY_PARTS",
  "TOO_MANY_SIMULTANEOUS_QUERIES",
  "UNKNOWN_STATUS_OF_INSERT",
  "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE",
]);

/** Node's names of the same. */
const SYSTEM = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EDQUOT",
  "EHOSTUNREACH",
  "EMFILE",
  "ENETUNREACH",
  "ENFILE",
  "ENOSPC",
  "ENOTFOUND",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ETIMEDOUT",
]);
