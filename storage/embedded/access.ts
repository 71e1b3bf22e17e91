import { mkdir, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";

/**
 * What the engine lets anyone do: whatever there is to do with tables, and nothing that reaches out of them. A ClickHouse server keeps files, other
 * servers and programs from its users by configuration; the embedded engine has no such configuration of its own and would read any file that
 * this process may read.
 */
const GRANTS = [
  `GRANT SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW,
   CREATE TEMPORARY TABLE, CREATE FUNCTION, DROP, UNDROP TABLE, TRUNCATE, OPTIMIZE, CHECK, KILL QUERY, SYSTEM MERGES, SYSTEM FLUSH,
   dictGet, INTROSPECTION ON *.*`,
  ...[
    "MergeTree",
    "ReplacingMergeTree",
    "AggregatingMergeTree",
    "SummingMergeTree",
    "CollapsingMergeTree",
    "VersionedCollapsingMergeTree",
    "View",
    "MaterializedView",
    "Memory",
    "Null",
    "Log",
    "TinyLog",
    "StripeLog",
    "Set",
    "Join",
    "Buffer",
    "Merge",
  ].map((engine) => `GRANT TABLE ENGINE ON ${engine}`),
];

/** The most that one statement may take, and what holds where it asks for nothing. */
const MOST_SECONDS = 3600;
const MOST_BYTES = Math.floor(totalmem() / 2);

/** Settings that name files are for no one. */
const CONSTRAINTS = [
  `<max_execution_time><min>1</min><max>${MOST_SECONDS}</max></max_execution_time>`,
  `<max_memory_usage><min>1</min><max>${MOST_BYTES}</max></max_memory_usage>`,
  ...["format_schema", "format_schema_source", "format_template_resultset", "format_template_row"].map(
    (name) => `<${name}><readonly/></${name}>`,
  ),
]
  .map((line) => `        ${line}`)
  .join("\n");

const USERS = `<clickhouse>
  <profiles>
    <default>
      <max_execution_time>${MOST_SECONDS}</max_execution_time>
      <max_memory_usage>${MOST_BYTES}</max_memory_usage>
      <constraints>
${CONSTRAINTS}
      </constraints>
    </default>
  </profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password/>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
${GRANTS.map((query) => `        <query>${query.replace(/\s+/g, " ")}</query>`).join("\n")}
      </grants>
    </default>
  </users>
</clickhouse>
`;

/** Writes the engine's configuration into a folder and gives the path of its main file. */
export async function writeAccess(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const users = join(folder, "users.xml");
  const main = join(folder, "config.xml");
  await writeFile(users, USERS);
  await writeFile(
    main,
    `<clickhouse>
  <users_config>${xml(users)}</users_config>
  <access_control_improvements><table_engines_require_grant>true</table_engines_require_grant></access_control_improvements>
</clickhouse>
`,
  );
  return main;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
