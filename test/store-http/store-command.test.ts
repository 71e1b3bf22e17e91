import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openStore } from "../../storage/store.ts";
import { Command } from "./command.ts";
import { ask, post } from "./served.ts";

// Each starts processes that load an engine.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let store: string;
const commands: Command[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootcause-store-command-"));
  store = join(folder, "data");
});
afterEach(async () => {
  for (const { child } of commands.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

function rootcause(args: readonly string[], env: Readonly<Record<string, string>> = {}): Command {
  const command = new Command(args, env);
  commands.push(command);
  return command;
}

function serve(env: Readonly<Record<string, string>> = {}): Command {
  return rootcause(["store", "--store", store, "--listen", "127.0.0.1:0"], env);
}

test("it says in one line where it listens; another process is told who holds the store and what to use instead", async () => {
  const holder = serve();
  const url = await holder.url();
  expect(holder.out).toBe(`The store ${store} is served at ${url} (Ctrl-C stops)\n`);
  const other = rootcause(["incidents", "--store", store]);
  expect(await other.ended).toBe(2);
  expect(other.err).toBe(
    `rootcause: The store ${store} is held by process ${holder.child.pid}, which serves it: use "clickhouse.url: ${url}" in rootcause.yml, or stop that process.\n`,
  );
});

test("the folder is its owner's alone, and a store that is served everywhere is named by this machine's own address", async () => {
  const holder = rootcause(["store", "--store", store, "--listen", "0.0.0.0:0"], {
    ROOTCAUSE_STORE_PASSWORD: "sesame",
  });
  const { port } = new URL(await holder.url());
  expect((await stat(store)).mode & 0o777).toBe(0o700);
  const other = rootcause(["incidents", "--store", store]);
  expect(await other.ended).toBe(2);
  expect(other.err).toContain(`use "clickhouse.url: http://127.0.0.1:${port}" in`);
});

test("SIGTERM: what is under way finishes, then it ends and takes back its address", async () => {
  const { holder, slow } = await stoppedDuring("SELECT sleep(2), 'whole'");
  expect((await slow).text).toBe("0\twhole\n");
  expect(await holder.ended).toBe(0);
  expect(holder.err).toBe("");
  expect(await readdir(store)).not.toContain("rootcause-store-address.json");
});

test("SIGTERM: what does not finish is cancelled", async () => {
  const { holder, slow } = await stoppedDuring("SELECT count(), 'whole' FROM numbers(1e15)");
  expect((await slow).text).toMatch(/^Code: 394\./);
  expect(await holder.ended).toBe(0);
});

async function stoppedDuring(statement: string) {
  const holder = serve();
  const url = await holder.url();
  const slow = post(url, statement, { wait_end_of_query: "1", max_execution_time: "3600" });
  // The statement runs when the engine says so.
  const running = "SELECT count() FROM system.processes WHERE query LIKE '%whole%' AND query NOT LIKE '%processes%'";
  while ((await post(url, running)).text === "0\n");
  holder.child.kill("SIGTERM");
  return { holder, slow };
}

test("SIGKILL: no row that was acknowledged is lost, and the next one serves", async () => {
  const first = serve();
  const url = await first.url();
  let acknowledged = 0;
  for (; acknowledged < 50; acknowledged++)
    await post(url, `${acknowledged}\n`, { query: "INSERT INTO alerts (target) FORMAT TSV" });
  const last = post(url, "50\n", { query: "INSERT INTO alerts (target) FORMAT TSV" }).catch(() => undefined);
  first.child.kill("SIGKILL");
  await last;
  await first.ended;
  const rows = await post(await serve().url(), "SELECT countIf(toUInt32(target) < 50), uniqExact(target) FROM alerts");
  expect(rows.text).toMatch(/^50\t5[01]\n$/);
});

test("a store that was served by a process that was killed opens as if it had not been", async () => {
  const killed = serve();
  await killed.url();
  killed.child.kill("SIGKILL");
  await killed.ended;
  await (await openStore(store)).close();
});

test("passwords come from the environment and from files; the reader is there when it has one", async () => {
  const file = join(folder, "password");
  await writeFile(file, "from a file\n");
  const env = { ROOTCAUSE_STORE_PASSWORD_FILE: file, ROOTCAUSE_STORE_READONLY_PASSWORD: "look" };
  const url = await serve(env).url();
  expect((await post(url, "SELECT 1", { password: "from a file" })).text).toBe("1\n");
  expect((await post(url, "SELECT 1", { user: "readonly", password: "look" })).text).toBe("1\n");
  expect((await post(url, "SELECT 1")).status).toBe(403);
});

test.each([
  [
    ["--listen", "0.0.0.0:0"],
    {},
    /Without a password the store is served to this machine only, and 0\.0\.0\.0 is open/,
  ],
  [["--listen", ":8123"], {}, /":8123" is no address to listen on/],
  [[], { ROOTCAUSE_STORE_PASSWORD: "" }, /ROOTCAUSE_STORE_PASSWORD is empty/],
  [[], { ROOTCAUSE_STORE_PASSWORD: "a", ROOTCAUSE_STORE_PASSWORD_FILE: "b" }, /are both set: leave one of them out/],
  [[], { ROOTCAUSE_STORE_PASSWORD_FILE: "/no/such" }, /Cannot read the file that ROOTCAUSE_STORE_PASSWORD_FILE names/],
])("a mistake is one line: %j %j", async (args, env, line) => {
  const command = rootcause(["store", "--store", store, ...args], env as Record<string, string>);
  expect(await command.ended).toBe(2);
  expect(command.err).toMatch(line);
  expect(command.err.trim().split("\n")).toHaveLength(1);
  expect(existsSync(store)).toBe(false);
});

test("an address that is taken is one line", async () => {
  const { port } = new URL(await serve().url());
  const other = rootcause(["store", "--store", join(folder, "other"), "--listen", `127.0.0.1:${port}`]);
  expect(await other.ended).toBe(2);
  expect(other.err).toMatch(
    /^rootcause: Cannot listen on 127\.0\.0\.1:\d+ \(.*EADDRINUSE.*\): choose another address with --listen\.\n$/,
  );
  expect(existsSync(join(folder, "other"))).toBe(false);
});

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) console.warn("SKIPPED: the examples of docs/store.md; they need curl.");

test.skipIf(!hasCurl)("the examples of docs/store.md do what they say", async () => {
  const env = { ROOTCAUSE_STORE_READONLY_PASSWORD: "look" };
  const url = await serve(env).url();
  await post(url, "CREATE TABLE notes (note String) ENGINE = MergeTree ORDER BY note");
  const text = await readFile(join(import.meta.dirname, "../../docs/store.md"), "utf8");
  const examples = /```sh\n([\s\S]*?)```/.exec(text)?.[1]?.trim().split("\n") ?? [];
  expect(examples.length).toBeGreaterThan(5);
  for (const line of examples) {
    // Not what the examples are about: that errors are seen, and nothing is said of progress.
    const command = `set -o pipefail; ${line.replace(/\bcurl /, "curl --fail-with-body --silent --show-error ")}`;
    execFileSync("bash", ["-c", command], { env: { ...process.env, ...env, STORE: url } });
  }
  expect((await ask(url, { query: "SELECT note FROM notes" })).text).toBe("as many rows as you like\n");
});
