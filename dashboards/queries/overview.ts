import {
  detectedInTimeRange,
  failureName,
  GAP_COLUMNS,
  inTimeRange,
  isFailure,
  linkColumns,
  notEveryday,
  ofChosenHost,
  onChosenHost,
  ownStep,
  timeOf,
  visible,
  worstFirst,
} from "./fragments.ts";
import { incidentRegions, stateChanges } from "./incident-times.ts";
import type { Query } from "./query.ts";

const failing = `NOT withdrawn AND state = 'failing' AND ${inTimeRange} AND ${ofChosenHost}`;
/** It lies in wait until something takes it back, so only the range's end counts. */
const armed = `NOT withdrawn AND state = 'armed' AND started <= $__toTime AND ${ofChosenHost}`;

export const failingNow: Query = {
  sql: `SELECT severity AS "Severity", ${visible("title")} AS "Incident",
  ${timeOf(`${ownStep}.first`)} AS "Failing since", updated AS "Last failure", ${ownStep}.count AS "Failures",
  strength AS "Evidence", ${linkColumns}
FROM incidents FINAL
WHERE ${failing}
ORDER BY ${worstFirst}, updated DESC, id
LIMIT 200`,
  columns: {
    Severity: "text",
    Incident: "text",
    "Failing since": "time",
    "Last failure": "time",
    Failures: "number",
    Evidence: "text",
    incident: "text",
    from: "text",
    to: "text",
  },
};

export const armedNow: Query = {
  sql: `SELECT severity AS "Severity", ${visible("title")} AS "Incident", started AS "Armed since", updated AS "Last change",
  ${ownStep}.count AS "Changes", ${linkColumns}
FROM incidents FINAL
WHERE ${armed} AND ${notEveryday}
ORDER BY ${worstFirst}, updated DESC, id
LIMIT 200`,
  columns: {
    Severity: "text",
    Incident: "text",
    "Armed since": "time",
    "Last change": "time",
    Changes: "number",
    incident: "text",
    from: "text",
    to: "text",
  },
};

export const failingCount: Query = {
  sql: `SELECT count() AS "Failing" FROM incidents FINAL WHERE ${failing}`,
  columns: { Failing: "number" },
};

export const armedCount: Query = {
  sql: `SELECT count() AS "Armed" FROM incidents FINAL WHERE ${armed} AND ${notEveryday}`,
  columns: { Armed: "number" },
};

export const everydayCount: Query = {
  sql: `SELECT count() AS "Everyday" FROM incidents FINAL WHERE ${armed} AND NOT ${notEveryday}`,
  columns: { Everyday: "number" },
};

export const failureCount: Query = {
  sql: `SELECT count() AS "Failures" FROM detections FINAL
WHERE ${isFailure} AND ${detectedInTimeRange} AND ${onChosenHost("Computer")}`,
  columns: { Failures: "number" },
};

/** A rate, so that it means the same however far one zooms. */
export const failuresByMinute: Query = {
  sql: `SELECT $__timeInterval(TimeCreated) AS time, ${failureName} AS alert, count() * 60 / $__interval_s AS failures
FROM detections FINAL
WHERE ${isFailure} AND ${detectedInTimeRange} AND ${onChosenHost("Computer")}
GROUP BY time, alert
ORDER BY time, alert`,
  columns: { time: "time", alert: "text", failures: "number" },
};

export const hostStates: Query = stateChanges(`${notEveryday} AND ${ofChosenHost}`);

export const hosts: Query = {
  sql: `SELECT ${visible("host.Computer")} AS "Host", incident.failing AS "Failing", incident.armed AS "Armed", detection.failures AS "Failures",
  detection.roots AS "Root changes", detection.restarted AS "Last restart"
FROM (SELECT computer_key, any(Computer) AS Computer FROM coverage GROUP BY computer_key) AS host
LEFT JOIN (
  SELECT lowerUTF8(Computer) AS computer_key, countIf(${isFailure}) AS failures,
    countIf(rule_name LIKE 'root\\\\_%' AND fields['Thumbprint'] != '') AS roots,
    maxOrNullIf(TimeCreated, rule_name = 'host_started') AS restarted
  FROM detections FINAL WHERE ${detectedInTimeRange} GROUP BY computer_key
) AS detection ON detection.computer_key = host.computer_key
LEFT JOIN (
  SELECT computer_key, countIf(state = 'failing') AS failing, countIf(state = 'armed' AND ${notEveryday}) AS armed
  FROM (
    SELECT DISTINCT lowerUTF8(Computer) AS computer_key, incident_id, content FROM incident_evidence
  ) AS evidence
  INNER JOIN (
    SELECT id, content, state, severity FROM incidents FINAL WHERE NOT withdrawn AND ${inTimeRange}
  ) AS standing ON standing.id = evidence.incident_id AND standing.content = evidence.content
  GROUP BY computer_key
) AS incident ON incident.computer_key = host.computer_key
WHERE ${onChosenHost("host.Computer")}
ORDER BY "Failing" DESC, "Armed" DESC, "Failures" DESC, "Host"
LIMIT 1000`,
  columns: {
    Host: "text",
    Failing: "number",
    Armed: "number",
    Failures: "number",
    "Root changes": "number",
    "Last restart": "time",
  },
};

/** Against the end of the time range, or now where that is earlier, so that it says something of the past as well. */
export const behind: Query = {
  sql: `SELECT ${visible("any(Computer)")} AS "Host",
  greatest(0, dateDiff('second', "Newest event", least(toDateTime(now()), $__toTime))) AS "Behind",
  ${timeOf("max(last_ticks)")} AS "Newest event"
FROM coverage
WHERE ${onChosenHost("Computer")}
GROUP BY computer_key
ORDER BY "Behind" DESC, "Host"
LIMIT 1000`,
  columns: { Host: "text", Behind: "number", "Newest event": "time" },
};

const gaps = `NOT closed AND from <= $__toTime AND to >= $__fromTime AND ${onChosenHost("Computer")}`;

export const logGapCount: Query = {
  sql: `SELECT count() AS "Log gaps" FROM log_gaps FINAL WHERE ${gaps}`,
  columns: { "Log gaps": "number" },
};

export const logGaps: Query = {
  sql: `SELECT kind AS "Gap", ${visible("Computer")} AS "Host", ${visible("Channel")} AS "Log", if(from_ticks = 0, NULL, from) AS "From", to AS "To",
  nullIf(missing, 0) AS "Records missing", EventRecordID AS "Record"
FROM log_gaps FINAL
WHERE ${gaps}
ORDER BY to DESC, id
LIMIT 500`,
  columns: GAP_COLUMNS,
};

/** Regions from the first failure to the last. */
export const failingRegions: Query = incidentRegions(
  `state = 'failing' AND ${inTimeRange} AND ${ofChosenHost}`,
  "step.step = 'failing'",
);
