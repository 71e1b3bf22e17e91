import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { overview, variables } from "../queries/index.ts";
import { clickHouseQuery, DATA_SOURCE, target } from "./clickhouse.ts";
import { OVERVIEW, TO_HOST, TO_INCIDENT } from "./links.ts";
import { STATE_COLORS, severityMapping, strengthMapping } from "./looks.ts";
import {
  colored,
  failuresPanel,
  gapColumns,
  hidden,
  link,
  minute,
  statesPanel,
  statPanel,
  tablePanel,
  thresholds,
  unit,
  width,
  wrapped,
} from "./panels.ts";

/** The panels that the alerts point to. */
export const FAILING_PANEL = 10;
export const ARMED_PANEL = 11;

const incidentColumns = {
  Severity: [...colored(severityMapping), width(110)],
  Incident: [wrapped, link("Open this incident", TO_INCIDENT)],
  incident: hidden,
  from: hidden,
  to: hidden,
};

const hostColumn = [link("Only this host", TO_HOST)];

/** What fails, what lies in wait, and whether the logs can be relied on. */
export function overviewDashboard(): Dashboard {
  return new DashboardBuilder("rootcause: overview")
    .uid(OVERVIEW)
    .description(
      "What fails now, what will fail at the next restart, and how far the logs can be relied on. All times are UTC.",
    )
    .tags(["rootcause"])
    .timezone("utc")
    .time({ from: "now-7d", to: "now" })
    .refresh("1m")
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(hostVariable())
    .annotation(failingAnnotation())
    .withPanel(
      statPanel(
        {
          id: 1,
          title: "Failing",
          description: "Incidents in which TLS failed in the time range after a change that a restart made count.",
          unit: "short",
          noValue: "0",
          at: { x: 0, y: 0, w: 4, h: 4 },
        },
        overview.failingCount,
        [{ value: 1, color: STATE_COLORS.failing }],
      ),
    )
    .withPanel(
      statPanel(
        {
          id: 2,
          title: "Armed",
          description:
            "Changes of severity medium and above that lie in wait for the next restart, however long ago they were made.",
          unit: "short",
          noValue: "0",
          at: { x: 4, y: 0, w: 4, h: 4 },
        },
        overview.armedCount,
        [{ value: 1, color: STATE_COLORS.armed }],
      ),
    )
    .withPanel(
      statPanel(
        {
          id: 3,
          title: "Everyday changes",
          description:
            "Changes of roots that lie in wait too, but that nothing makes dangerous: roots come and go on every healthy machine.",
          unit: "short",
          noValue: "0",
          at: { x: 8, y: 0, w: 4, h: 4 },
        },
        overview.everydayCount,
        [],
      ),
    )
    .withPanel(
      statPanel(
        {
          id: 4,
          title: "Failed handshakes",
          description:
            "All handshakes in the time range that the logs say failed, everyday noise such as scanners among them.",
          unit: "short",
          noValue: "0",
          at: { x: 12, y: 0, w: 6, h: 4 },
        },
        overview.failureCount,
        [],
      ),
    )
    .withPanel(
      statPanel(
        {
          id: 5,
          title: "Log gaps",
          description:
            "Stretches in the time range for which a log is no evidence, or poor: records missing, logs cleared, a clock set back.",
          unit: "short",
          noValue: "0",
          at: { x: 18, y: 0, w: 6, h: 4 },
        },
        overview.logGapCount,
        [{ value: 1, color: "dark-yellow" }],
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: FAILING_PANEL,
          title: "What fails",
          description:
            "Worst first. Failures: all that the incident counts. Evidence: how strongly cause and failure hang together. A click on an incident opens it.",
          unit: "none",
          noValue: "Nothing failed in this time range.",
          at: { x: 0, y: 4, w: 24, h: 8 },
        },
        overview.failingNow,
        {
          ...incidentColumns,
          "Failing since": minute,
          "Last failure": minute,
          Failures: [width(90)],
          Evidence: [...colored(strengthMapping), width(90)],
        },
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: ARMED_PANEL,
          title: "What is armed",
          description:
            "Nothing fails yet. These changes count from the next restart of the machine or of its services on: decide before it. Severity medium and above.",
          unit: "none",
          noValue: "Nothing of severity medium or above lies in wait.",
          at: { x: 0, y: 12, w: 24, h: 6 },
        },
        overview.armedNow,
        { ...incidentColumns, "Armed since": minute, "Last change": minute, Changes: [width(90)] },
      ),
    )
    .withPanel(
      failuresPanel(
        {
          id: 12,
          title: "Failures by minute and alert",
          description:
            "Failed handshakes a minute. A bar is at least a minute wide; over a longer time range it is the mean of its minutes.",
          unit: "cpm",
          noValue: "No handshake failed in this time range.",
          at: { x: 0, y: 18, w: 24, h: 9 },
        },
        overview.failuresByMinute,
      ),
    )
    .withPanel(
      statesPanel(
        {
          id: 13,
          title: "Hosts over time",
          description: "The worst that incidents of severity medium and above say of each host at each moment.",
          unit: "none",
          noValue: "No host had an incident of severity medium or above.",
          at: { x: 0, y: 27, w: 24, h: 8 },
        },
        overview.hostStates,
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: 14,
          title: "Hosts",
          description:
            "Incidents that lie in the time range, and what was logged in it: failed handshakes, changes of roots, the last start of the machine.",
          unit: "none",
          noValue: "No host has sent a log yet.",
          at: { x: 0, y: 35, w: 14, h: 9 },
        },
        overview.hosts,
        {
          Host: hostColumn,
          Failing: countOf(STATE_COLORS.failing),
          Armed: countOf(STATE_COLORS.armed),
          Failures: [width(90)],
          "Root changes": [width(110)],
          "Last restart": minute,
        },
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: 15,
          title: "How far behind",
          description:
            "Time since the newest event of each host, of all its logs together. Forwarders may hold events back for up to six hours.",
          unit: "none",
          noValue: "No host has sent a log yet.",
          at: { x: 14, y: 35, w: 10, h: 9 },
        },
        overview.behind,
        {
          Host: hostColumn,
          Behind: [
            unit("s"),
            { id: "thresholds", value: thresholds(LATE).build() },
            { id: "custom.cellOptions", value: { type: "color-text" } },
            width(110),
          ],
          "Newest event": minute,
        },
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: 16,
          title: "Log gaps",
          description:
            "Evidence is only as good as the log. missing: record numbers jump. selected: the log was forwarded or exported by a query. cleared, suspended: it says so itself. clock: the clock went back.",
          unit: "none",
          noValue: "No gap is known in this time range.",
          at: { x: 0, y: 44, w: 24, h: 7 },
        },
        overview.logGaps,
        gapColumns(hostColumn),
      ),
    )
    .build();
}

/** Delivery that is held back six hours is within what Windows does; a day is not. */
const LATE = [
  { value: null, color: "green" },
  { value: 6 * 3600, color: "yellow" },
  { value: 24 * 3600, color: "red" },
];

function countOf(color: string) {
  return [
    {
      id: "thresholds",
      value: thresholds([
        { value: null, color: "text" },
        { value: 1, color },
      ]).build(),
    },
    { id: "custom.cellOptions", value: { type: "color-text" } },
    width(80),
  ];
}

function hostVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder("host")
    .label("Host")
    .description("Every panel shows this host only.")
    .datasource(DATA_SOURCE)
    .query(clickHouseQuery(variables.hostChoices, "table"))
    .refresh(VariableRefresh.OnDashboardLoad)
    .includeAll(true)
    .multi(false)
    .current({ text: "All", value: "$__all" });
}

function failingAnnotation(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name("Failing")
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor("red")
    .target(target(overview.failingRegions, "table"));
}
