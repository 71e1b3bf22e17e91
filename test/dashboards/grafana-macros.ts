/**
 * What Grafana and its ClickHouse data source (4.x) make of a query before ClickHouse sees it, in their order: `$__conditionalAll` and variables in
 * the browser (`src/data/CHDatasource.ts`), the other macros in the plugin's server (`pkg/macros/macros.go`, listed in its README).
 */

export interface Panel {
  readonly from: Date;
  readonly to: Date;
  /** Of a point, in seconds. */
  readonly interval: number;
  /** Chosen values by the variable's name; `ALL` where nothing is left out. */
  readonly variables: Readonly<Record<string, string>>;
}

export const ALL = "$__all";

export function expand(sql: string, panel: Panel): string {
  return expandMacros(replaceVariables(conditionalAll(sql, panel), panel), panel);
}

/** From the last to the first, so that nested ones come before those around them. */
function conditionalAll(sql: string, { variables }: Panel): string {
  const macro = "$__conditionalAll(";
  const start = sql.lastIndexOf(macro);
  if (start === -1) return sql;
  const { args, end } = argumentsAt(sql, start + macro.length);
  const [condition, variable] = args;
  const name = /\$\{?(\w+)/.exec(variable ?? "")?.[1];
  if (condition === undefined || name === undefined || args.length !== 2)
    throw new Error(`$__conditionalAll takes a condition and a variable: ${sql.slice(start, end)}`);
  const value = variables[name];
  const phrase = value === "" || value === ALL ? "1=1" : condition;
  return conditionalAll(sql.slice(0, start) + phrase + sql.slice(end), { variables } as Panel);
}

/** `$name`, `${name}` and `${name:format}` of variables that exist; everything else stays. */
function replaceVariables(sql: string, { variables }: Panel): string {
  return sql.replace(/\$(\w+)|\$\{(\w+)(?::(\w+))?\}/g, (found, plain, name, format) => {
    const value = variables[plain ?? name];
    return value === undefined ? found : formatted(value, format);
  });
}

function formatted(value: string, format: string | undefined): string {
  switch (format) {
    case undefined:
      return value;
    case "sqlstring":
      return `'${value.replaceAll("'", "''")}'`;
    case "singlequote":
      return `'${value.replaceAll("'", "\\'")}'`;
    case "percentencode":
      return encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    default:
      throw new Error(`Format ${format} is not known here`);
  }
}

type Macro = (args: readonly string[], panel: Panel) => string;

const dateTime = (time: Date) => `toDateTime(${Math.floor(time.getTime() / 1000)})`;
const dateTime64 = (time: Date) => `fromUnixTimestamp64Milli(${time.getTime()})`;
const date = (time: Date) => `toDate('${time.toISOString().slice(0, 10)}')`;
const between = (column: string | undefined, { from, to }: Panel, write: (time: Date) => string) =>
  `${column} >= ${write(from)} AND ${column} <= ${write(to)}`;
const seconds = ({ interval }: Panel) => Math.floor(Math.max(interval, 1));

const MACROS: Readonly<Record<string, Macro>> = {
  fromTime: (_, { from }) => dateTime(from),
  toTime: (_, { to }) => dateTime(to),
  fromTime_ms: (_, { from }) => dateTime64(from),
  toTime_ms: (_, { to }) => dateTime64(to),
  timeFilter: ([column], panel) => between(column, panel, dateTime),
  timeFilter_ms: ([column], panel) => between(column, panel, dateTime64),
  dateFilter: ([column], panel) => between(column, panel, date),
  dateTimeFilter: ([day, time], panel) => `(${between(day, panel, date)}) AND (${between(time, panel, dateTime)})`,
  dt: ([day, time], panel) => `(${between(day, panel, date)}) AND (${between(time, panel, dateTime)})`,
  timeInterval: ([column], panel) => `toStartOfInterval(toDateTime(${column}), INTERVAL ${seconds(panel)} second)`,
  timeInterval_ms: ([column], { interval }) =>
    `toStartOfInterval(toDateTime64(${column}, 3), INTERVAL ${Math.max(Math.floor(interval * 1000), 1)} millisecond)`,
  interval_s: (_, panel) => String(seconds(panel)),
};

function expandMacros(sql: string, panel: Panel): string {
  const found = /\$__(\w+)/.exec(sql);
  if (found === null) return sql;
  const macro = MACROS[found[1] ?? ""];
  if (macro === undefined) throw new Error(`The data source has no macro ${found[0]}`);
  const after = found.index + found[0].length;
  const { args, end } = sql[after] === "(" ? argumentsAt(sql, after + 1) : { args: [], end: after };
  return `${sql.slice(0, found.index)}${macro(args, panel)}${expandMacros(sql.slice(end), panel)}`;
}

/** The arguments of a call, split at the commas that are in no inner parentheses, and where it ends. */
function argumentsAt(sql: string, start: number): { readonly args: readonly string[]; readonly end: number } {
  const args: string[] = [];
  let depth = 1;
  let begin = start;
  for (let at = start; at < sql.length; at++) {
    const character = sql[at];
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (depth === 0 || (character === "," && depth === 1)) {
      args.push(sql.slice(begin, at).trim());
      begin = at + 1;
    }
    if (depth === 0) return { args, end: at + 1 };
  }
  throw new Error(`Parentheses do not close: ${sql.slice(start - 20)}`);
}
