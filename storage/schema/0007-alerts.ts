/** What was sent, one row an alert and receiver: who starts again after a crash sees what is done. */
export const statements = [
  `CREATE TABLE IF NOT EXISTS alerts (
    id FixedString(32),
    incident_id FixedString(32),
    target LowCardinality(String),
    outcome LowCardinality(String),
    noted DateTime64(3, 'UTC') DEFAULT now64(3)
  ) ENGINE = ReplacingMergeTree(noted) ORDER BY (incident_id, id, target)`,
];
