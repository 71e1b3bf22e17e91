/** From when to when one computer's channel has been seen: rows merge by min and max, so writing one again changes nothing. */
export const statements = [
  `CREATE TABLE IF NOT EXISTS coverage (
    computer_key String,
    Computer SimpleAggregateFunction(any, String),
    Channel String,
    first_ticks SimpleAggregateFunction(min, Int128),
    last_ticks SimpleAggregateFunction(max, Int128)
  ) ENGINE = AggregatingMergeTree ORDER BY (computer_key, Channel)`,
];
