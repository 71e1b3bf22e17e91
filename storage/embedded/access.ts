import { mkdir, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";

/**
 * What the engine lets anyone do: whatever there is to do with tables, and nothing that reaches out of them. A ClickHouse server keeps files, other
 * servers and programs from its users by configuration; the embedded engine has no such configuration of its own and would read any file that
 * this process may read. What grants do not keep is refused before it gets here: see `refuseFiles` and `refuseEngines`.
 */
const GRANT = `GRANT SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE TEMPORARY TABLE, CREATE FUNCTION, DROP,
          UNDROP TABLE, TRUNCATE, OPTIMIZE, CHECK, KILL QUERY, SYSTEM MERGES, SYSTEM FLUSH, dictGet, INTROSPECTION ON *.*`;

/** The most that one statement may take, and what holds where it asks for nothing. */
const MOST_SECONDS = 3600;
const MOST_BYTES = Math.floor(totalmem() / 2);
/** Bytes of what a statement gives, as the engine has it, where all of it is held before any is sent: written out and copied it takes some five times as much. */
export const MOST_WHOLE = Math.floor(totalmem() / 32);

/** Settings that name files, disks and servers, those by which a statement is not what its text says, and what has it written to standard error, are for no one. */
const CONSTRAINTS = [
  `<max_execution_time><min>1</min><max>${MOST_SECONDS}</max></max_execution_time>`,
  `<max_memory_usage><min>1</min><max>${MOST_BYTES}</max></max_memory_usage>`,
  `<max_result_bytes><min>1</min><max>${MOST_WHOLE}</max></max_result_bytes>`,
  ...[
    "format_schema",
    "format_schema_source",
    "format_template_resultset",
    "format_template_row",
    "merge_tree_disk",
    "output_format_schema",
    "input_format_record_errors_file_path",
    "format_avro_schema_registry_url",
    "allow_experimental_eval_table_function",
    "dialect",
    "send_logs_level",
  ].map((name) => `<${name}><readonly/></${name}>`),
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
        <query>${GRANT}</query>
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
</clickhouse>
`,
  );
  return main;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
