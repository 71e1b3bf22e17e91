/** A process that writes a log as Windows does, until SIGTERM: `node child.ts FOLDER`; puts the log aside once, then says how many records it wrote. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LiveWriter } from "./live-writer.ts";

const [, , folder = ""] = process.argv;
const writer = new LiveWriter(join(folder, "System.evtx"), "EDGE01");
let stopped = false;
process.once("SIGTERM", () => {
  stopped = true;
});
for (let round = 0; !stopped; round++) {
  writer.append(5);
  if (round % 4 === 0) writer.writeHeaders();
  if (round === 60) writer.archive(join(folder, "Archive-System.evtx"));
  await sleep(20);
}
writer.writeHeaders();
console.log(writer.nextId - 1);
