import { evidenceOf, firstOfStep, timeOf, visible, visibleInHtml } from "./fragments.ts";
import type { Query } from "./query.ts";

/** What `stateChanges` says in numbers, of which Grafana makes a lane each host. */
export const HOST_STATES = { 0: "quiet", 1: "armed", 2: "triggered", 3: "failing" } as const;

const STEPS = "['armed', 'triggered', 'failing']";
/** Role and order of the steps that make the state; context stands beside them. */
const stepsInOrder = "arrayFilter(step -> step.role = 'step', steps)";
/** A state holds until that of the next step; `failing` ends with the last failure, and what is resolved ends then. */
const endOfStep = `multiIf(number < length(in_order), in_order[number + 1].first, state = 'resolved', updated_ticks, step.last)`;
const hasEnded = `(number < length(in_order) OR state IN ('failing', 'resolved'))`;

/**
 * When each host's state changed, in numbers (`HOST_STATES`); of several incidents the worst counts. What was before the time range is told once,
 * at its beginning.
 */
export function stateChanges(incidents: string): Query {
  return {
    sql: `SELECT greatest(toDateTime64(at, 3, 'UTC'), toDateTime64($__fromTime, 3, 'UTC')) AS time, ${visible("Computer")} AS host,
  argMax(worst, at) AS state
FROM (
  SELECT ${timeOf("ticks")} AS at, Computer, multiIf(
    sum(if(level = 3, change, 0)) OVER until_then > 0, 3,
    sum(if(level = 2, change, 0)) OVER until_then > 0, 2,
    sum(if(level = 1, change, 0)) OVER until_then > 0, 1, 0) AS worst
  FROM (
    SELECT id, content, indexOf(${STEPS}, step.step) AS level, arrayJoin([(${firstOfStep}, 1), (${endOfStep}, if(${hasEnded}, -1, 0))]) AS moment,
      moment.1 AS ticks, moment.2 AS change
    FROM (SELECT *, ${stepsInOrder} AS in_order FROM incidents FINAL WHERE NOT withdrawn AND ${incidents})
    ARRAY JOIN in_order AS step, arrayEnumerate(in_order) AS number
  ) AS moments
  INNER JOIN (
    SELECT DISTINCT incident_id, Computer FROM incident_evidence WHERE ${evidenceOf(incidents)}
  ) AS evidence ON evidence.incident_id = moments.id
  WINDOW until_then AS (PARTITION BY Computer ORDER BY ticks)
)
WHERE at <= $__toTime
GROUP BY time, host
ORDER BY time, host`,
    columns: { time: "time", host: "text", state: "number" },
  };
}

/** Annotations, a region each step: title and text are HTML to Grafana. */
export function incidentRegions(incidents: string, steps: string): Query {
  return {
    sql: `SELECT ${timeOf(firstOfStep)} AS time, ${timeOf("step.last")} AS timeEnd, ${visibleInHtml("step.step")} AS title,
  ${visibleInHtml("incidents.title")} AS text, concat(severity, ',', step.role) AS tags
FROM incidents FINAL
ARRAY JOIN steps AS step, arrayEnumerate(steps) AS number
WHERE NOT withdrawn AND ${incidents} AND ${steps}
ORDER BY time, id
LIMIT 500`,
    columns: { time: "time", timeEnd: "time", title: "text", text: "text", tags: "text" },
  };
}
