import type { Command } from "commander";
import type { Listen } from "./config/values.ts";
import { parseListen, storeOption } from "./parse-options.ts";

const HELP = `
One process at a time can hold a store; this one holds it for all others: it answers ClickHouse's HTTP interface, so that workers
("clickhouse.url: http://127.0.0.1:8123" in rootcause.yml), Grafana and curl share it. docs/store.md says what it can do and cannot.

Passwords come from the environment: ROOTCAUSE_STORE_PASSWORD for --user, ROOTCAUSE_STORE_READONLY_PASSWORD for the user "readonly",
who may only read (or the same names with _FILE, for files that hold them). Without the first, only this machine is answered.

Examples:
  rootcause store
  curl 'http://127.0.0.1:8123/?query=SELECT+title+FROM+incidents+FINAL'
  ROOTCAUSE_STORE_PASSWORD_FILE=/run/secrets/store rootcause store --listen 0.0.0.0:8123

Exit codes: 0 stopped by Ctrl-C or SIGTERM, 1 internal error, 2 a mistake in the command, or the store or the address is in use.`;

export interface StoreOptions {
  readonly store?: string;
  readonly config?: string;
  readonly listen?: Listen;
  readonly user: string;
}

export function addStore(program: Command): void {
  program
    .command("store")
    .description("hold a store and serve it to others, by ClickHouse's HTTP interface, until Ctrl-C")
    .addOption(storeOption())
    .option("--config <file>", "the configuration (./rootcause.yml unless given)")
    .option("--listen <address>", "where to listen (127.0.0.1:8123 unless given)", parseListen)
    .option("--user <name>", "the name of the one who may do everything", "default")
    .addHelpText("after", HELP)
    .action(async (options: StoreOptions) => {
      // Each statement takes a thread of Node's pool while it runs; the pool is made at its first use.
      process.env.UV_THREADPOOL_SIZE ??= "16";
      const { runStore } = await import("./run-store.ts");
      process.exitCode = await runStore(options);
    });
}
