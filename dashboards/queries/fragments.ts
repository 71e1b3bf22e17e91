/**
 * What several queries have in common. Tables that replace rows are read with FINAL, so that each row counts once, however often it was written.
 */
import type { Query } from "./query.ts";

/** How much of one text is shown. */
const TEXT_SHOWN = 500;

/**
 * Text from a log, for a person: what would act instead of being shown (control characters, line breaks, bidi controls) becomes U+FFFD, and what
 * is too long is cut.
 */
export function visible(text: string): string {
  return `leftUTF8(replaceRegexpAll(${text}, '[\\\\p{Cc}\\\\p{Cf}\\\\p{Zl}\\\\p{Zp}]', '\u{fffd}'), ${TEXT_SHOWN})`;
}

/** Text from a log where Grafana takes it for HTML, as it does in annotations. */
export function visibleInHtml(text: string): string {
  return `encodeXMLComponent(${visible(text)})`;
}

/**
 * Ticks as a time, held inside what a DateTime64 can say: the same that `started` is of `started_ticks`. It is held by `clamp`, because ClickHouse 26.7
 * gives wrong results for `greatest` of Int128 once it has compiled the expression (its JIT, from the fourth run of a process on).
 */
export function timeOf(ticks: string): string {
  const held = `clamp(${ticks} - 116444736000000000, -22089888000000000, 104130000000000000)`;
  return `reinterpret(toInt64(${held}), 'DateTime64(7, \\'UTC\\')')`;
}

/** An array of SQL, of texts without quotes in them. */
const list = (texts: readonly string[]) => `[${texts.map((text) => `'${text}'`).join(", ")}]`;

/** Worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low", "informational"] as const;

export const worstFirst = `indexOf(${list(SEVERITIES)}, severity)`;

/** Above what is everyday: roots come and go on every healthy machine. */
export const notEveryday = "severity IN ('critical', 'high', 'medium')";

/** Incidents that any moment of the dashboard's time range lies in. */
export const inTimeRange = "started <= $__toTime AND updated >= $__fromTime";

const ticksOf = (time: string) => `toInt128(toUnixTimestamp(${time})) * 10000000 + 116444736000000000`;

/** Detections in the time range. It is said in ticks, which the table is sorted by: so only that part of it is read. */
export const detectedInTimeRange = `TimeCreatedTicks BETWEEN ${ticksOf("$__fromTime")} AND ${ticksOf("$__toTime")}`;

/**
 * The value of a variable as a string of SQL. Grafana's own quoting (`sqlstring`) leaves backslashes, with which ClickHouse would end a string
 * early; percent-encoding leaves nothing that means anything in SQL.
 */
function variable(name: string): string {
  return `decodeURLComponent('\${${name}:percentencode}')`;
}

export const thisIncident = variable("incident");

/** Holds for every row while the variable `host` is All. */
export function onChosenHost(computer: string): string {
  return `$__conditionalAll(lowerUTF8(${computer}) = lowerUTF8(${variable("host")}), $host)`;
}

/** Incidents with evidence on the chosen host. */
export const ofChosenHost = `$__conditionalAll((id, content) IN (
    SELECT incident_id, content FROM incident_evidence WHERE lowerUTF8(Computer) = lowerUTF8(${variable("host")})
  ), $host)`;

/** The evidence of incidents as they stand now; what they rested on before stays in the table. */
export function evidenceOf(incidents: string): string {
  return `(incident_id, content) IN (SELECT id, content FROM incidents FINAL WHERE NOT withdrawn AND ${incidents})`;
}

/** Where a click on an incident leads: its time range, with a day before it and after it. */
export const linkColumns = `toString(id) AS incident,
  toString(toUnixTimestamp64Milli(started) - 86400000) AS from,
  toString(toUnixTimestamp64Milli(updated) + 86400000) AS to`;

/** The step that an incident's state is named for. */
export const ownStep = "arrayFirst(step -> step.role = 'step' AND step.step = state, steps)";

/** When `step`, the step of this `number`, began: the incident's own beginning, where what armed it came among everyday changes. */
export const firstOfStep = "if(number = 1, started_ticks, step.first)";

/** Rules of `rules/library/` that tell of a handshake that failed. */
export const FAILURE_RULES = [
  "tls_alert_received",
  "tls_alert_sent",
  "tls_chain_not_trusted",
  "lync_tls_trust_failure",
  "chain_to_untrusted_root",
  "tls_cipher_mismatch",
  "issuer_list_truncated",
] as const;

export const isFailure = `rule_name IN ${list(FAILURE_RULES)}`;

/** Alerts of TLS (RFC 8446, section 6.2) that are about a certificate. */
const ALERTS = {
  42: "bad certificate",
  43: "unsupported certificate",
  44: "certificate revoked",
  46: "certificate unknown",
  48: "unknown CA",
  49: "access denied",
  116: "certificate required",
};

const alertNames = Object.entries(ALERTS).map(([number, name]) => `alert ${number}, ${name}`);

/** What failed, in few words: `alert 48, unknown CA (received)`, or the title of the rule. */
export const failureName = `if(rule_name IN ('tls_alert_received', 'tls_alert_sent'),
    concat(transform(fields['Alert'], ${list(Object.keys(ALERTS))}, ${list(alertNames)}, 'another alert'),
      if(rule_name = 'tls_alert_sent', ' (sent)', ' (received)')),
    ${visible("rule_title")})`;

/** What an event of the evidence says: a certificate and what was done to it, else what the rule captured, else the rule's title. */
export const sentence = visible(`multiIf(
    fields['How'] != '' AND fields['Name'] != '', concat('root "', fields['Name'], '" (', left(fields['Thumbprint'], 8), '…) ', fields['How']),
    fields['What'] != '', fields['What'],
    rule_title)`);

/** The captured values: `Alert 48, Direction received`. */
export const details = visible(
  `arrayStringConcat(arrayMap((name, value) -> concat(name, ' ', value), mapKeys(fields), mapValues(fields)), ', ')`,
);

/** What a list of log gaps returns. */
export const GAP_COLUMNS: Query["columns"] = {
  Gap: "text",
  Host: "text",
  Log: "text",
  From: "time",
  To: "time",
  "Records missing": "number",
  Record: "number",
};
