import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { UserError } from "../../model/user-error.ts";
import { queryRows } from "../rows.ts";
import { statements as detections } from "./0001-detections.ts";
import { statements as incidents } from "./0002-incidents.ts";
import { statements as coverage } from "./0003-coverage.ts";
import { statements as events } from "./0004-events.ts";
import { statements as logGaps } from "./0005-log-gaps.ts";
import { statements as insertOnce } from "./0006-insert-once.ts";
import { statements as alerts } from "./0007-alerts.ts";
import { statements as plainFieldNames } from "./0008-plain-field-names.ts";
import { statements as lighterCompression } from "./0009-lighter-compression.ts";

/** In order; a migration's number is its place, counted from 1. Only ever add: what was released is never edited. */
const MIGRATIONS: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
  { name: "detections", statements: detections },
  { name: "incidents", statements: incidents },
  { name: "coverage", statements: coverage },
  { name: "events", statements: events },
  { name: "log gaps", statements: logGaps },
  { name: "inserts told by a token", statements: insertOnce },
  { name: "alerts", statements: alerts },
  { name: "plain names of fields", statements: plainFieldNames },
  { name: "lighter compression", statements: lighterCompression },
];

/**
 * Brings a store to this version's schema. Each migration is recorded after it ran; its statements can be repeated, so one that was
 * interrupted is simply run again.
 * @param place where the store is, and `otherwise` what else the user could name, for the error.
 * @throws UserError when the store was made by a newer version.
 */
export async function migrate(client: ClickHouseClient, place: string, otherwise: string): Promise<void> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS migrations (number UInt32, name String, applied DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY number`,
  });
  const [row] = await queryRows(client, "SELECT max(number) AS newest FROM migrations", {}, Newest);
  const newest = row?.newest ?? 0;
  if (newest > MIGRATIONS.length)
    throw new UserError(
      `The store ${place} was made by a newer rootcause (its schema is ${newest}, this version knows ${MIGRATIONS.length}): update rootcause, or name ${otherwise}.`,
    );
  for (const [index, { name, statements }] of MIGRATIONS.entries()) {
    const number = index + 1;
    if (number <= newest) continue;
    for (const query of statements) await client.command({ query });
    await client.insert({ table: "migrations", values: [{ number, name }], format: "JSONEachRow" });
  }
}

const Newest = z.object({ newest: z.number() });
