import { alerts, type Query } from "../queries/index.ts";
import { clickHouseQuery, DATA_SOURCE } from "./clickhouse.ts";
import { INCIDENT, OVERVIEW } from "./links.ts";
import { ARMED_PANEL, FAILING_PANEL } from "./overview.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

interface AlertRule {
  readonly uid: string;
  readonly title: string;
  readonly query: Query;
  /** How far back the last event of an incident may lie, in seconds. */
  readonly lookback: number;
  readonly panel: number;
  readonly severity: string;
  readonly summary: string;
}

/** Late events are common (forwarders hold them back for up to six hours), so failures of the last day are failures. */
const FAILING: AlertRule = {
  uid: "rootcause-failing",
  title: "Something is failing",
  query: alerts.somethingFails,
  lookback: DAY,
  panel: FAILING_PANEL,
  severity: "critical",
  summary: "TLS fails on {{ $labels.computer }}: {{ $labels.rule }} ({{ $values.A.Value }} events)",
};

/** A change lies in wait for as long as the rule `root_change_broke_tls` waits for a restart. */
const ARMED: AlertRule = {
  uid: "rootcause-armed",
  title: "Something dangerous is armed",
  query: alerts.somethingIsArmed,
  lookback: 90 * DAY,
  panel: ARMED_PANEL,
  severity: "warning",
  summary: "{{ $labels.computer }} will be hit at its next restart: {{ $labels.rule }} ({{ $values.A.Value }} changes)",
};

/** Grafana's file format for alert rules (its documentation: "Use configuration files to provision alerting resources"). */
export function alertingFile(): object {
  return {
    apiVersion: 1,
    groups: [{ orgId: 1, name: "rootcause", folder: "rootcause", interval: "1m", rules: [FAILING, ARMED].map(ruleOf) }],
  };
}

function ruleOf({ uid, title, query, lookback, panel, severity, summary }: AlertRule): object {
  return {
    uid,
    title,
    condition: "B",
    data: [
      {
        refId: "A",
        relativeTimeRange: { from: lookback, to: 0 },
        datasourceUid: DATA_SOURCE.uid,
        model: clickHouseQuery(query, "table"),
      },
      {
        refId: "B",
        datasourceUid: "__expr__",
        model: {
          refId: "B",
          type: "threshold",
          datasource: { type: "__expr__", uid: "__expr__" },
          expression: "A",
          conditions: [{ evaluator: { type: "gt", params: [0] } }],
        },
      },
    ],
    dashboardUid: OVERVIEW,
    panelId: panel,
    // No row is no incident: that is well.
    noDataState: "OK",
    execErrState: "Error",
    for: "0s",
    annotations: { summary, incident: `/d/${INCIDENT}?var-incident={{ $labels.incident }}` },
    labels: { severity, product: "rootcause" },
    isPaused: false,
  };
}
