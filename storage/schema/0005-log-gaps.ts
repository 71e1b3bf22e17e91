/**
 * Which records have been seen, as spans without a jump: one that has grown replaces what it was, one inside another changes nothing.
 * And what is known to be missing: newest version wins, `closed` when the records were read after all.
 */
export const statements = [
  `CREATE TABLE IF NOT EXISTS record_spans (
    computer_key String,
    Computer String,
    Channel String,
    first_id UInt64,
    last_id UInt64,
    head Array(Int128),
    tail Array(Int128)
  ) ENGINE = ReplacingMergeTree(last_id) ORDER BY (computer_key, Channel, first_id)`,
  `CREATE TABLE IF NOT EXISTS log_gaps (
    id FixedString(32),
    version UInt32,
    closed Bool,
    kind LowCardinality(String),
    Computer LowCardinality(String),
    Channel LowCardinality(String),
    from_ticks Int128,
    from DateTime64(7, 'UTC') MATERIALIZED reinterpret(toInt64(greatest(least(from_ticks - 116444736000000000, 104130000000000000), -22089888000000000)), 'DateTime64(7, \\'UTC\\')'),
    to_ticks Int128,
    to DateTime64(7, 'UTC') MATERIALIZED reinterpret(toInt64(greatest(least(to_ticks - 116444736000000000, 104130000000000000), -22089888000000000)), 'DateTime64(7, \\'UTC\\')'),
    missing UInt64,
    EventRecordID UInt64
  ) ENGINE = ReplacingMergeTree(version) ORDER BY id`,
];
