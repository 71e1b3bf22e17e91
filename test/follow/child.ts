/** A process that writes a log as Windows does: `node child.ts FOLDER RECORDS`; puts the log aside half-way. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LiveWriter } from "./live-writer.ts";

const [, , folder = "", records = "0"] = process.argv;
const writer = new LiveWriter(join(folder, "System.evtx"), "EDGE01");
for (let round = 0; writer.nextId <= Number(records); round++) {
  writer.append(5);
  if (round % 4 === 0) writer.writeHeaders();
  if (round === Math.floor(Number(records) / 10)) writer.archive(join(folder, "Archive-System.evtx"));
  await sleep(5);
}
writer.writeHeaders();
console.log(writer.nextId - 1);
