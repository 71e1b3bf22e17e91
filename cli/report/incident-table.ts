import Table from "cli-table3";
import type { Incident } from "../../model/incident.ts";
import { counted } from "./count-words.ts";
import { type Look, severityLabel } from "./look.ts";
import { clock } from "./time-words.ts";
import { visible } from "./visible-text.ts";
import { worstFirst } from "./worst-first.ts";
import { wrap } from "./wrap.ts";

/** How much of an id is shown: enough to name one incident among thousands. */
const ID_SHOWN = 8;

/** Incidents as a table, worst first; what is everyday in a sentence each rule and state, so that it does not hide the others. */
export function incidentTable(incidents: readonly Incident[], look: Look): string {
  if (incidents.length === 0) return "No incidents.\n";
  const grave = worstFirst(incidents).filter((incident) => !isEveryday(incident));
  const everyday = worstFirst(incidents).filter(isEveryday);
  const table =
    grave.length > 0
      ? `${tableOf(grave, look)}\n`
      : "Nothing fails, and nothing that is more than everyday waits for a restart.\n";
  return table + everydayLines(everyday, look).join("");
}

/** The beginning of an incident's id, as `rootcause incidents` takes it. */
export function shortId(incident: Pick<Incident, "id">): string {
  return incident.id.slice(0, ID_SHOWN);
}

function tableOf(incidents: readonly Incident[], look: Look): string {
  const table = new Table({
    head: ["Severity", "State", "Since (UTC)", "Incident", "Id"],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [null, null, null, Math.max(30, look.width - OTHER_COLUMNS), null],
  });
  for (const incident of incidents)
    table.push([
      severityLabel(incident.severity, look),
      visible(incident.state),
      clock(incident.started).slice(0, 16),
      visible(incident.title),
      shortId(incident),
    ]);
  return table.toString();
}

/** What the other four columns and the frame take, states of usual length given. */
const OTHER_COLUMNS = 62;

/** Roots come and go on every healthy machine: while nothing fails and nothing makes it dangerous, that is no news. */
function isEveryday({ severity, state }: Incident): boolean {
  return severity === "informational" || (severity === "low" && state !== "failing" && state !== "resolved");
}

const IN_STATE: Readonly<Record<string, string>> = {
  armed: "nothing fails",
  triggered: "restarted since; nothing fails more than before",
  failing: "failing",
  resolved: "over",
};

/** `LOW  armed: 17 roots on 4 hosts; nothing fails (A root changed, the machine restarted, and TLS broke)` */
function everydayLines(incidents: readonly Incident[], look: Look): string[] {
  const groups = Map.groupBy(incidents, ({ rule, severity, state }) => JSON.stringify([rule.title, severity, state]));
  return [...groups.values()].map((group) => {
    const [{ rule, severity, state }] = group as [Incident];
    const hosts = new Set(group.map((incident) => (incident.group.Computer ?? "").toLowerCase())).size;
    const where = group[0]?.group.Computer === undefined ? "" : ` on ${counted(hosts, "host")}`;
    const roots = rootsOf(group);
    const what = roots.size === 0 ? counted(group.length, "time") : counted(roots.size, "root");
    const meaning = IN_STATE[state] === undefined ? "" : `; ${IN_STATE[state]}`;
    const line = `${severityLabel(severity, look)}  ${visible(state)}: ${what}${where}${meaning} (${visible(rule.title)})\n`;
    return roots.size === 0
      ? line
      : `${line}${look.paint("dim", wrap(listed([...roots.values()]), look.width, "  ", "  "))}\n`;
  });
}

/** Thumbprint → name of the certificates that the incidents began with. */
function rootsOf(incidents: readonly Incident[]): ReadonlyMap<string, string> {
  const roots = new Map<string, string>();
  for (const { fields } of incidents.flatMap(({ evidence }) => evidence[0]?.events ?? [])) {
    const { Thumbprint, Name } = fields;
    if (Thumbprint !== undefined && (Name !== Thumbprint || !roots.has(Thumbprint)))
      roots.set(Thumbprint, Name ?? Thumbprint);
  }
  return roots;
}

/** How many names a line of everyday incidents holds. */
const NAMES_LISTED = 40;

function listed(names: readonly string[]): string {
  const some = names.toSorted().slice(0, NAMES_LISTED).map(visible).join(", ");
  return names.length <= NAMES_LISTED
    ? some
    : `${some} and ${names.length - NAMES_LISTED} more (--format json has them all)`;
}
