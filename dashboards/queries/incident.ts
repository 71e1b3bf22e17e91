import {
  details,
  detectedInTimeRange,
  evidenceOf,
  failureName,
  firstOfStep,
  GAP_COLUMNS,
  ownStep,
  sentence,
  thisIncident,
  timeOf,
  visible,
} from "./fragments.ts";
import { incidentRegions, stateChanges } from "./incident-times.ts";
import type { Query } from "./query.ts";

const it = `id = ${thisIncident}`;
const standing = `FROM incidents FINAL WHERE NOT withdrawn AND ${it}`;

/** When a step was first filled, in ticks; 0 while it is not. */
const firstOf = (step: string) => `arrayFirst(step -> step.role = 'step' AND step.step = '${step}', steps).first`;
const secondsBetween = (earlier: string, later: string) =>
  `if(${earlier} > 0 AND ${later} > 0, toFloat64(${later} - ${earlier}) / 1e7, NULL)`;

export const atAGlance: Query = {
  sql: `SELECT state AS "State", severity AS "Severity", strength AS "Evidence", ${ownStep}.count AS "Events",
  if(notEmpty(onset), onset[1].before, NULL) AS "Failures before", if(notEmpty(onset), onset[1].after, NULL) AS "Failures after",
  ${secondsBetween("started_ticks", firstOf("triggered"))} AS "Lay in wait",
  ${secondsBetween(firstOf("triggered"), firstOf("failing"))} AS "Restart to failure"
${standing}`,
  columns: {
    State: "text",
    Severity: "text",
    Evidence: "text",
    Events: "number",
    "Failures before": "number",
    "Failures after": "number",
    "Lay in wait": "number",
    "Restart to failure": "number",
  },
};

/** A row a line, so that the advice keeps its lines. */
export const story: Query = {
  sql: `SELECT if(number > 1 AND part.1 = 'What to do', '', part.1) AS "About", ${visible("line")} AS "Says"
FROM (
  SELECT arrayJoin([
    ('What', title),
    ('Where', arrayStringConcat(arrayMap((name, value) -> concat(name, ' ', value), mapKeys(group), mapValues(group)), ', ')),
    ('Rests on', verdict),
    ('Rates', onset[1].reason),
    ('What to do', advice)
  ]) AS part
  ${standing}
)
ARRAY JOIN splitByChar('\\n', part.2) AS line, arrayEnumerate(splitByChar('\\n', part.2)) AS number
WHERE line != ''`,
  columns: { About: "text", Says: "text" },
};

export const stepsInTime: Query = {
  sql: `SELECT step.step AS "Step", step.role AS "Role", ${timeOf("first")} AS "First", ${timeOf("step.last")} AS "Last", step.count AS "Events",
  if(row_number() OVER in_time = 1, NULL, toFloat64(first - lagInFrame(first) OVER in_time) / 1e7) AS "After the one before",
  said.says AS "Says"
FROM (
  SELECT step, number, ${firstOfStep} AS first
  FROM incidents FINAL
  ARRAY JOIN steps AS step, arrayEnumerate(steps) AS number
  WHERE NOT withdrawn AND ${it}
) AS incident
LEFT JOIN (
  SELECT step_number, argMin(${sentence}, event_number) AS says
  FROM incident_evidence FINAL
  WHERE ${evidenceOf(it)}
  GROUP BY step_number
) AS said ON said.step_number = toUInt16(incident.number - 1)
WINDOW in_time AS (ORDER BY first, number)
ORDER BY first, number`,
  columns: {
    Step: "text",
    Role: "text",
    First: "time",
    Last: "time",
    Events: "number",
    "After the one before": "number",
    Says: "text",
  },
};

export const incidentStates: Query = stateChanges(it);

const itsComputers = `(SELECT lowerUTF8(Computer) FROM incident_evidence WHERE ${evidenceOf(it)})`;

/** Of the failures that the incident counts, and before it, so that the rise can be seen. */
export const failuresAround: Query = {
  sql: `SELECT $__timeInterval(TimeCreated) AS time, ${failureName} AS alert, count() * 60 / $__interval_s AS failures
FROM detections FINAL
WHERE rule_name IN (SELECT rule_name FROM incident_evidence WHERE step = 'failing' AND ${evidenceOf(it)})
  AND lowerUTF8(Computer) IN ${itsComputers} AND ${detectedInTimeRange}
GROUP BY time, alert
ORDER BY time, alert`,
  columns: { time: "time", alert: "text", failures: "number" },
};

export const evidence: Query = {
  sql: `SELECT TimeCreated AS "Time", step AS "Step", ${visible("Computer")} AS "Host", ${sentence} AS "Says",
  ${visible("Provider")} AS "Provider", EventID AS "Event", ${visible("Channel")} AS "Log", EventRecordID AS "Record", ${details} AS "Values"
FROM incident_evidence FINAL
WHERE ${evidenceOf(it)}
ORDER BY TimeCreated, step_number, event_number`,
  columns: {
    Time: "time",
    Step: "text",
    Host: "text",
    Says: "text",
    Provider: "text",
    Event: "number",
    Log: "text",
    Record: "number",
    Values: "text",
  },
};

/** Gaps that the evidence, or the time before it that was looked at for comparison, lies in or beside. */
export const gapsTouching: Query = {
  sql: `SELECT kind AS "Gap", ${visible("Computer")} AS "Host", ${visible("Channel")} AS "Log", if(from_ticks = 0, NULL, from) AS "From", to AS "To",
  nullIf(missing, 0) AS "Records missing", EventRecordID AS "Record"
FROM log_gaps FINAL
WHERE NOT closed AND lowerUTF8(Computer) IN ${itsComputers}
  AND from_ticks <= (SELECT arrayMax(arrayConcat([updated_ticks], steps.last)) ${standing})
  AND to_ticks >= (SELECT arrayMin(arrayConcat([started_ticks], steps.first)) - if(notEmpty(onset), onset[1].beforeSpan, 0) ${standing})
ORDER BY to, id
LIMIT 500`,
  columns: GAP_COLUMNS,
};

/** Every step of it, and what stands beside it. */
export const stepRegions: Query = incidentRegions(it, "1");
