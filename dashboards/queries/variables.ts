import { visible, worstFirst } from "./fragments.ts";
import type { Query } from "./query.ts";

/**
 * One column, because newer versions of the data source hand on no other: the text, and behind it the id, which the variable's regular expression takes apart.
 */
export const incidentChoices: Query = {
  sql: `SELECT concat(upper(severity), ' ', state, ' · ', ${visible("title")}, ' · ', toString(id)) AS incident
FROM incidents FINAL
WHERE NOT withdrawn
ORDER BY ${worstFirst}, indexOf(['failing', 'armed', 'triggered', 'resolved'], state), updated DESC, id
LIMIT 500`,
  columns: { incident: "text" },
};

export const hostChoices: Query = {
  sql: `SELECT toString(any(Computer)) AS host FROM coverage GROUP BY computer_key ORDER BY computer_key LIMIT 5000`,
  columns: { host: "text" },
};
