import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { incident, variables } from "../queries/index.ts";
import { clickHouseQuery, DATA_SOURCE, target } from "./clickhouse.ts";
import { INCIDENT, OVERVIEW, TO_HOST } from "./links.ts";
import { severityMapping, stateMapping, strengthMapping } from "./looks.ts";
import {
  colored,
  coloredTile,
  failuresPanel,
  gapColumns,
  link,
  moment,
  statesPanel,
  tablePanel,
  tilesPanel,
  unit,
  width,
  wrapped,
} from "./panels.ts";

const hostColumn = [link("All of this host", TO_HOST), width(220)];

/** One incident from its beginning to what to do, each claim with the events that it rests on. */
export function incidentDashboard(): Dashboard {
  return new DashboardBuilder("rootcause: incident")
    .uid(INCIDENT)
    .description(
      "One incident: what happened in which order, what it rests on, what speaks against it, and what to do. All times are UTC.",
    )
    .tags(["rootcause"])
    .timezone("utc")
    .time({ from: "now-30d", to: "now" })
    .refresh("")
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder("Overview")
        .type(DashboardLinkType.Link)
        .icon("dashboard")
        .tooltip("What fails and what is armed on all hosts, in the same time range")
        .url(`/d/${OVERVIEW}`)
        .keepTime(true),
    )
    .withVariable(incidentVariable())
    .annotation(stepsAnnotation())
    .withPanel(
      tilesPanel(
        {
          id: 1,
          title: "At a glance",
          description:
            "State, severity, how strongly cause and failure hang together, the events of the last step, the rates before and after, and how long it lay in wait.",
          unit: "short",
          noValue: "–",
          at: { x: 0, y: 0, w: 24, h: 4 },
        },
        incident.atAGlance,
        {
          State: coloredTile(stateMapping),
          Severity: coloredTile(severityMapping),
          Evidence: coloredTile(strengthMapping),
          "Lay in wait": [unit("s")],
          "Restart to failure": [unit("s")],
        },
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: 2,
          title: "What happened, and what to do",
          description: "What the rule concludes, what that rests on and what speaks against it, and its advice.",
          unit: "none",
          noValue: "There is no such incident, or later evidence took it back.",
          at: { x: 0, y: 4, w: 24, h: 11 },
        },
        incident.story,
        { About: [width(110)], Says: [wrapped] },
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: 3,
          title: "Steps in time",
          description:
            "Each step with its first and its last event. context stands beside the cause; counter speaks against it.",
          unit: "none",
          noValue: "No step is filled.",
          at: { x: 0, y: 15, w: 24, h: 7 },
        },
        incident.stepsInTime,
        {
          Step: [...colored(stateMapping), width(120)],
          Role: [width(90)],
          First: moment,
          Last: moment,
          Events: [width(90)],
          "After the one before": [unit("s"), width(170)],
          Says: [wrapped],
        },
      ),
    )
    .withPanel(
      statesPanel(
        {
          id: 4,
          title: "States by host",
          description:
            "The state of this incident on each host that its evidence names. It is quiet again behind the last failure.",
          unit: "none",
          noValue: "No host is named.",
          at: { x: 0, y: 22, w: 24, h: 6 },
        },
        incident.incidentStates,
      ),
    )
    .withPanel(
      failuresPanel(
        {
          id: 5,
          title: "Failures by minute and alert",
          description:
            "Failed handshakes a minute on the hosts of this incident, of the kinds that it counts. The regions are its steps.",
          unit: "cpm",
          noValue: "No such handshake failed in this time range.",
          at: { x: 0, y: 28, w: 24, h: 9 },
        },
        incident.failuresAround,
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: 6,
          title: "Evidence",
          description:
            "The events that fill the steps, at most 50 a step; the others are counted. Log and record number find an event in the Event Viewer.",
          unit: "none",
          noValue: "There is no such incident, or later evidence took it back.",
          at: { x: 0, y: 37, w: 24, h: 14 },
        },
        incident.evidence,
        {
          Time: moment,
          Step: [...colored(stateMapping), width(110)],
          Host: hostColumn,
          Provider: [width(200)],
          Event: [width(80)],
          Log: [width(120)],
          Record: [width(90)],
        },
      ),
    )
    .withPanel(
      tablePanel(
        {
          id: 7,
          title: "Log gaps beside it",
          description:
            "Gaps in the logs of its hosts that its evidence, or the time before it that was looked at for comparison, lies in or beside.",
          unit: "none",
          noValue: "No gap is known in the logs that it rests on.",
          at: { x: 0, y: 51, w: 24, h: 6 },
        },
        incident.gapsTouching,
        gapColumns(hostColumn),
      ),
    )
    .build();
}

/** A variable's regular expression, as Grafana reads it: what is shown, and what stands in queries and links. */
const INCIDENT_PARTS = "/^(?<text>.+) · (?<value>[0-9a-f]{32})$/";

function incidentVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder("incident")
    .label("Incident")
    .description("Worst first.")
    .datasource(DATA_SOURCE)
    .query(clickHouseQuery(variables.incidentChoices, "table"))
    .regex(INCIDENT_PARTS)
    .refresh(VariableRefresh.OnDashboardLoad)
    .includeAll(false)
    .multi(false);
}

function stepsAnnotation(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name("Steps")
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor("orange")
    .target(target(incident.stepRegions, "table"));
}
