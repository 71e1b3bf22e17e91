/**
 * Incidents, newest version wins. `content` is the hash of all that was concluded: equal content is not written again.
 * Evidence belongs to (incident, content) and is written before the incident: a reader never sees one without the other, and what a killed
 * process left behind is never mixed with what another one concludes.
 */
export const statements = [
  `CREATE TABLE IF NOT EXISTS incidents (
    id FixedString(32),
    version UInt32,
    withdrawn Bool,
    content FixedString(32),
    rule_id LowCardinality(String),
    rule_name LowCardinality(String),
    rule_title LowCardinality(String),
    level LowCardinality(String),
    group Map(LowCardinality(String), String),
    state LowCardinality(String),
    severity LowCardinality(String),
    title String,
    started_ticks Int128,
    started DateTime64(7, 'UTC') MATERIALIZED reinterpret(toInt64(greatest(least(started_ticks - 116444736000000000, 104130000000000000), -22089888000000000)), 'DateTime64(7, \\'UTC\\')'),
    updated_ticks Int128,
    updated DateTime64(7, 'UTC') MATERIALIZED reinterpret(toInt64(greatest(least(updated_ticks - 116444736000000000, 104130000000000000), -22089888000000000)), 'DateTime64(7, \\'UTC\\')'),
    strength LowCardinality(String),
    verdict String,
    onset Array(Tuple(before Float64, beforeSpan Int128, after Float64, afterSpan Int128, rose Bool, reason String)),
    steps Array(Tuple(step String, role String, count UInt64, first Int128, last Int128)),
    advice String
  ) ENGINE = ReplacingMergeTree(version) ORDER BY id`,
  `CREATE TABLE IF NOT EXISTS incident_evidence (
    incident_id FixedString(32),
    content FixedString(32),
    step_number UInt16,
    event_number UInt16,
    step LowCardinality(String),
    role LowCardinality(String),
    detection_id String,
    rule_name LowCardinality(String),
    rule_title LowCardinality(String),
    Computer LowCardinality(String),
    Channel LowCardinality(String),
    Provider LowCardinality(String),
    EventID UInt32,
    EventRecordID UInt64,
    TimeCreatedTicks Int128,
    TimeCreated DateTime64(7, 'UTC') MATERIALIZED reinterpret(toInt64(greatest(least(TimeCreatedTicks - 116444736000000000, 104130000000000000), -22089888000000000)), 'DateTime64(7, \\'UTC\\')'),
    fields Map(LowCardinality(String), String)
  ) ENGINE = ReplacingMergeTree ORDER BY (incident_id, content, step_number, event_number)`,
];
