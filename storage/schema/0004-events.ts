/** All events, filled only when asked for (`--store-events`): sorted for one computer's timeline of one channel, one row by identity. */
export const statements = [
  `CREATE TABLE IF NOT EXISTS events (
    Computer LowCardinality(String),
    Channel LowCardinality(String),
    Provider LowCardinality(String),
    EventID UInt32,
    EventRecordID UInt64,
    TimeCreatedTicks Int128 CODEC(ZSTD(1)),
    TimeCreated DateTime64(7, 'UTC') MATERIALIZED reinterpret(toInt64(greatest(least(TimeCreatedTicks - 116444736000000000, 104130000000000000), -22089888000000000)), 'DateTime64(7, \\'UTC\\')') CODEC(Delta(8), ZSTD(1)),
    fields Map(LowCardinality(String), String) CODEC(ZSTD(1))
  ) ENGINE = ReplacingMergeTree
  ORDER BY (Channel, lower(Computer), toStartOfHour(TimeCreated), EventID, TimeCreatedTicks, EventRecordID, Provider)`,
];
