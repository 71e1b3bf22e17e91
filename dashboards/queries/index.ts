/** The SQL of each panel, variable, annotation and alert, once. */
export * as alerts from "./alerts.ts";
export { FAILURE_RULES, SEVERITIES } from "./fragments.ts";
export * as incident from "./incident.ts";
export { HOST_STATES } from "./incident-times.ts";
export * as overview from "./overview.ts";
export type { ColumnType, Query } from "./query.ts";
export * as variables from "./variables.ts";
