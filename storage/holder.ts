import { readdir, readFile, readlink, realpath } from "node:fs/promises";

/**
 * The engine locks `status` in its folder for as long as it is open and writes its process id there; the kernel drops the lock when the process
 * dies, but the file stays. This finds the living process that has it open; undefined when there is none, or when it is this one.
 */
export async function holderOf(statusFile: string): Promise<number | undefined> {
  const text = await readFile(statusFile, "utf8").catch(() => "");
  const pid = Number(/^PID: (\d{1,10})$/m.exec(text)?.[1]);
  if (!Number.isInteger(pid) || pid === process.pid || !isAlive(pid)) return undefined;
  return (await hasOpen(pid, statusFile)) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Process ids are used again, so where the system tells (Linux), look whether that process has the file open; elsewhere believe it. */
async function hasOpen(pid: number, file: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => undefined);
  if (descriptors === undefined) return true;
  const target = await realpath(file);
  const open = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  return open.includes(target);
}
