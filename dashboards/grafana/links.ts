/** Addresses of the dashboards, and the links that lead from one to the other. */
export const OVERVIEW = "rootcause-overview";
export const INCIDENT = "rootcause-incident";

/** From a row with the columns `linkColumns`; the time range comes along. */
export const TO_INCIDENT = `/d/${INCIDENT}?var-incident=\${__data.fields.incident}&from=\${__data.fields.from}&to=\${__data.fields.to}`;

/** From a row with the column `Host`, over the time range that is shown. */
export const TO_HOST = `/d/${OVERVIEW}?var-host=\${__data.fields.Host:percentencode}&\${__url_time_range}`;
