/** One statement for the engine, and all that it depends on: nothing is left over from the statement before. */
export interface Statement {
  /** One statement, with or without a FORMAT clause. */
  readonly sql: string;
  /** The output format where the statement names none; TabSeparated unless given. */
  readonly format?: string | undefined;
  readonly database?: string | undefined;
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Values of `{name:Type}` in the form of ClickHouse's `param_name`: text escaped as in TabSeparated. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** What a statement gave. */
export interface Answer {
  /** The engine's own bytes. */
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  /** Seconds. */
  readonly elapsed: number;
}

/** The statements that bring a fresh session to where this one is to run. */
export function prelude({ database, settings = {}, parameters = {} }: Statement): string {
  const assignments = [
    ...assignmentsOf(settings),
    ...Object.entries(parameters).map(([name, value]) => `${identifier(`param_${name}`)} = ${literal(value)}`),
  ];
  const use = database === undefined ? [] : [`USE ${identifier(database)}`];
  // `readonly` comes last: after it no setting can be changed.
  const last = assignments.filter((text) => text.startsWith("`readonly`"));
  const first = assignments.filter((text) => !text.startsWith("`readonly`"));
  const set = [first, last].filter((list) => list.length > 0).map((list) => `SET ${list.join(", ")}`);
  return [...use, ...set].join("; ");
}

/** The settings as the clause of an INSERT; empty where there are none. */
export function settingsClause({ settings = {} }: Statement): string {
  const assignments = assignmentsOf(settings);
  return assignments.length === 0 ? "" : ` SETTINGS ${assignments.join(", ")}`;
}

function assignmentsOf(settings: NonNullable<Statement["settings"]>): readonly string[] {
  return Object.entries(settings).map(([name, value]) => `${identifier(name)} = ${literal(value)}`);
}

function identifier(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

/** A string, number or boolean as SQL has it. */
export function literal(value: string | number | boolean): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
