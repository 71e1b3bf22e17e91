import { z } from "zod";
import { detectionId } from "../../model/detection.ts";
import type { WindowsEvent } from "../../model/event.ts";
import { detect } from "../../rules/sigma/detect.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import type { DetectionRule } from "../../rules/sigma/rule.ts";
import { definitionsFor } from "../../rules/sql/event-fields.ts";
import { SqlRefusal } from "../../rules/sql/refusal.ts";
import { ruleTerms } from "../../rules/sql/rule-sql.ts";
import { ValueList, withLiterals } from "../../rules/sql/values.ts";
import { EventColumns, eventOfColumns } from "../../storage/event-columns.ts";
import { EventRows } from "../../storage/event-rows.ts";
import { writeEvents } from "../../storage/events.ts";
import { queryRows } from "../../storage/rows.ts";
import type { Store } from "../../storage/store.ts";

export interface Refused {
  readonly rule: DetectionRule;
  readonly reason: string;
}

/** What the engine and SQL found: a line `rule record` for each detection, by its id. */
export interface Agreement {
  readonly byEngine: ReadonlyMap<string, string>;
  readonly bySql: ReadonlyMap<string, string>;
  readonly refused: readonly Refused[];
  readonly statements: number;
}

/** Rules in one statement: more make it slow to be analysed. */
const MOST_RULES = 60;
/** Of values in one statement, well below what ClickHouse takes. */
const MOST_CHARACTERS = 60_000;

/** The detections of the engine, while the events are put into the store on the way; then those of the rules as SQL. */
export async function compare(
  store: Store,
  rules: readonly DetectionRule[],
  events: Iterable<WindowsEvent>,
): Promise<Agreement> {
  const byEngine = await fill(store, rules, events);
  const { groups, refused } = compileAll(rules);
  const bySql = new Map<string, string>();
  for (const group of groups) for (const [id, line] of await detectionsBySql(store, group)) bySql.set(id, line);
  for (const { rule } of refused)
    for (const [id, line] of byEngine) if (line.startsWith(`${rule.id} `)) byEngine.delete(id);
  return { byEngine, bySql, refused, statements: groups.length };
}

async function fill(
  store: Store,
  rules: readonly DetectionRule[],
  events: Iterable<WindowsEvent>,
): Promise<Map<string, string>> {
  const matcher = createMatcher(rules);
  const found = new Map<string, string>();
  let rows = new EventRows();
  for (const event of events) {
    for (const { id, rule, event: ref } of detect(matcher, event))
      found.set(id, `${rule.id} ${ref.channel} ${ref.recordId}`);
    rows.add(event);
    if (rows.rows.count < 50_000) continue;
    await writeEvents(store, rows.rows);
    rows = new EventRows();
  }
  await writeEvents(store, rows.rows);
  return found;
}

/** Rules of one logsource, and what each asks of an event. */
interface Group {
  readonly values: ValueList;
  readonly rules: DetectionRule[];
  readonly terms: string[];
}

function isLong({ values }: Group): boolean {
  return JSON.stringify(values.values).length > MOST_CHARACTERS;
}

function newGroup(): Group {
  return { values: new ValueList(), rules: [], terms: [] };
}

function compileAll(rules: readonly DetectionRule[]): { groups: readonly Group[]; refused: readonly Refused[] } {
  const groups: Group[] = [];
  const refused: Refused[] = [];
  for (const [, alike] of Map.groupBy(rules, ({ logsource }) => JSON.stringify(logsource))) {
    let group = newGroup();
    for (const rule of alike)
      try {
        const alone = newGroup();
        const terms = ruleTerms(rule, alone.values).join(" AND ");
        if (isLong(alone)) {
          groups.push({ ...alone, rules: [rule], terms: [terms] });
          continue;
        }
        group.terms.push(ruleTerms(rule, group.values).join(" AND "));
        group.rules.push(rule);
        if (group.rules.length < MOST_RULES && !isLong(group)) continue;
        groups.push(group);
        group = newGroup();
      } catch (error) {
        if (!(error instanceof SqlRefusal)) throw error;
        refused.push({ rule, reason: error.message });
      }
    if (group.rules.length > 0) groups.push(group);
  }
  return { groups, refused };
}

const Row = EventColumns.extend({ hits: z.array(z.number()) });

async function detectionsBySql(store: Store, group: Group): Promise<readonly (readonly [string, string])[]> {
  const hits = `arrayFilter(n -> n > 0, [${group.terms.map((term, at) => `if(${term}, ${at + 1}, 0)`).join(", ")}])`;
  // A field is made a column once: ClickHouse would take minutes to analyse thousands of calls.
  const fields = new Map([...hits.matchAll(/field\(\{(v\d+):String\}\)/g)].map(([call, place = ""]) => [call, place]));
  const inner = [...fields].map(([call, place]) => `, ${call} AS ${place}_values`).join("");
  const outer = hits.replace(/field\(\{(v\d+):String\}\)/g, "$1_values");
  const query = `${definitionsFor(`${outer}${inner}`)}SELECT Computer, Channel, Provider, EventID, EventRecordID, TimeCreatedTicks, ${outer} AS hits
    FROM (SELECT *, TimeCreated${inner} FROM events) WHERE notEmpty(hits)
    SETTINGS max_query_size = 100000000, max_ast_elements = 10000000, max_expanded_ast_elements = 100000000`;
  const { values } = group.values;
  // Thousands of hashes are shorter as literals than as parameters, whose quotes are quoted again on their way.
  const rows = isLong(group)
    ? await queryRows(store.client, withLiterals({ text: query, values }), {}, Row)
    : await queryRows(store.client, query, values, Row);
  return rows.flatMap((row) => {
    const ref = eventOfColumns(row);
    return row.hits.flatMap((hit) => {
      const rule = group.rules[hit - 1];
      return rule === undefined
        ? []
        : [[detectionId(rule.id, ref), `${rule.id} ${ref.channel} ${ref.recordId}`] as const];
    });
  });
}
