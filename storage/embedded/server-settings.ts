/** Settings of ClickHouse's HTTP server, that the engine does not know; clients send them along with the others. */
const OF_THE_SERVER = new Set([
  "wait_end_of_query",
  "buffer_size",
  "send_progress_in_http_headers",
  "http_response_buffer_size",
  "http_headers_progress_interval_ms",
  "http_send_progress_interval_ms",
  "enable_http_compression",
  "http_zlib_compression_level",
  "http_write_exception_in_output_format",
  "http_native_compression_disable_checksumming_on_decompress",
  "cancel_http_readonly_queries_on_client_close",
  "add_http_cors_header",
]);

/** Those settings that are the engine's. */
export function engineSettings(given: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(given)) {
    if (OF_THE_SERVER.has(name) || value === undefined) continue;
    kept[name] = typeof value === "number" || typeof value === "boolean" ? value : String(value);
  }
  return kept;
}
