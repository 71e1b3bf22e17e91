/**
 * Detections, one row each by identity: the sorting key holds what the id is a hash of (rule and moment) and the id itself.
 * `TimeCreatedTicks` is the moment as it was logged; `TimeCreated` is the same for people and dashboards, held inside what a DateTime64 can say.
 */
export const statements = [
  `CREATE TABLE IF NOT EXISTS detections (
    id FixedString(32),
    rule_id LowCardinality(String),
    rule_name LowCardinality(String),
    rule_title LowCardinality(String),
    level LowCardinality(String),
    Computer LowCardinality(String),
    Channel LowCardinality(String),
    Provider LowCardinality(String),
    EventID UInt32,
    EventRecordID UInt64,
    TimeCreatedTicks Int128,
    TimeCreated DateTime64(7, 'UTC') MATERIALIZED reinterpret(toInt64(greatest(least(TimeCreatedTicks - 116444736000000000, 104130000000000000), -22089888000000000)), 'DateTime64(7, \\'UTC\\')'),
    fields Map(LowCardinality(String), String)
  ) ENGINE = ReplacingMergeTree ORDER BY (rule_id, TimeCreatedTicks, id)`,
];
