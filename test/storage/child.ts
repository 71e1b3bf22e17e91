/** A process of its own for the tests of the store: `node child.ts hold|insert|insert-once FOLDER`; says "ready" when the store is open. */
import { writeDetections } from "../../storage/detections.ts";
import { writeEvents } from "../../storage/events.ts";
import { openStore } from "../../storage/store.ts";
import { sampleDetection, sampleEvents } from "./samples.ts";

const [, , mode, folder = ""] = process.argv;
const store = await openStore(folder);
console.log("ready");
if (mode === "hold") await new Promise((resolve) => setTimeout(resolve, 20_000));
for (let from = 0; mode === "insert"; from += 500) {
  await writeDetections(
    store,
    Array.from({ length: 500 }, (_, index) => sampleDetection(from + index)),
  );
  console.log(from + 500);
}
for (let batch = 0; mode === "insert-once"; batch++) {
  await writeEvents(store, sampleEvents(batch * 500, 500), `batch ${batch}`);
  console.log(batch);
}
await store.close();
