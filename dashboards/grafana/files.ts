import { stringify } from "yaml";
import { alertingFile } from "./alerts.ts";
import { incidentDashboard } from "./incident.ts";
import { overviewDashboard } from "./overview.ts";

/** Every file under `deploy/grafana/` that is made here, by its path in there. */
export function files(): Readonly<Record<string, string>> {
  return {
    "dashboards/overview.json": json(overviewDashboard()),
    "dashboards/incident.json": json(incidentDashboard()),
    "provisioning/alerting/rootcause.yml": `${HEADER}${stringify(alertingFile(), { lineWidth: 0, aliasDuplicateObjects: false })}`,
  };
}

const HEADER = "# Made by npm run dashboards from dashboards/grafana/alerts.ts: change it there.\n";

/** Without the SDK's default that puts links and annotations into a menu: they are to be seen. */
function json(dashboard: object): string {
  return `${JSON.stringify(dashboard, (key, value: unknown) => (key === "placement" && value === "inControlsMenu" ? undefined : value), 2)}\n`;
}
