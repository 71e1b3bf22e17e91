import { ownStep, visible, worstFirst } from "./fragments.ts";
import type { Query } from "./query.ts";

/**
 * One alert an incident: Grafana makes labels of the text columns, and an alert is the same as long as they are. So there is nothing among them
 * that changes while an incident grows, as its title does.
 */
const alert = (incidents: string): Query => ({
  sql: `SELECT toString(id) AS incident, ${visible("arrayStringConcat(mapValues(group), ', ')")} AS computer, ${visible("rule_title")} AS rule,
  ${ownStep}.count AS events
FROM incidents FINAL
WHERE NOT withdrawn AND ${incidents} AND $__timeFilter(updated)
ORDER BY ${worstFirst}, updated DESC, id
LIMIT 100`,
  columns: { incident: "text", computer: "text", rule: "text", events: "number" },
});

export const somethingFails = alert("state = 'failing'");

export const somethingIsArmed = alert("state = 'armed' AND severity IN ('critical', 'high')");
