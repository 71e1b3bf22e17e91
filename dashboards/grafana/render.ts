/** `npm run dashboards`: writes what Grafana reads, from the TypeScript beside this file and the SQL in `dashboards/queries/`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { files } from "./files.ts";

const folder = join(import.meta.dirname, "../../deploy/grafana");
for (const [path, content] of Object.entries(files())) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  console.log(`deploy/grafana/${path}`);
}
