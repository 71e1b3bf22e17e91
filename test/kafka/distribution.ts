/** Apache Kafka for the tests: fetched once with Maven (pom.xml says what) into .cache/kafka/. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const VERSION = "4.1.2";
const CACHE = join(import.meta.dirname, "../../.cache/kafka", VERSION);

/** What is missing here to run Kafka, or undefined. */
export async function missingForKafka(): Promise<string | undefined> {
  const java = await run("java", ["-version"]).catch(() => undefined);
  const version = Number(/version "(\d+)/.exec(java?.stderr ?? "")?.[1] ?? 0);
  if (version < 17) return "Java 17 or newer";
  if (existsSync(CACHE)) return undefined;
  return (await run("mvn", ["-version"]).catch(() => undefined)) === undefined ? "Maven" : undefined;
}

/** Java's class path of Kafka. */
export async function kafkaClassPath(): Promise<string> {
  if (!existsSync(CACHE)) await fetchKafka();
  return join(CACHE, "*");
}

async function fetchKafka(): Promise<void> {
  mkdirSync(dirname(CACHE), { recursive: true });
  const folder = mkdtempSync(`${CACHE}-`);
  await run("mvn", [
    ...["--quiet", "--batch-mode", "--file", join(import.meta.dirname, "pom.xml")],
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
    ...[`-Dkafka.version=${VERSION}`, `-DoutputDirectory=${folder}`, "-DincludeScope=runtime"],
  ]);
  try {
    renameSync(folder, CACHE);
  } catch {
    // Another run was first.
    rmSync(folder, { recursive: true });
  }
}
