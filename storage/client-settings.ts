/** What every request asks for: long integers as strings, and an insert that is in the store when it is answered. */
export const SETTINGS = { output_format_json_quote_64bit_integers: 1, async_insert: 0 } as const;
