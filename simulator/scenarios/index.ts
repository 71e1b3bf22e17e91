import { benignReturn } from "./benign-return.ts";
import { cipherMismatch } from "./cipher-mismatch.ts";
import { issuerList } from "./issuer-list.ts";
import { armed, manyRoots, rootReturn, rootReturnResolved, servicesOnly, unplannedReboot } from "./root-return.ts";
import type { Scenario } from "./scenario.ts";
import { updatesOff } from "./updates-off.ts";

/** The scenarios by the names that a user gives them. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "root-return": rootReturn,
  "root-return-resolved": rootReturnResolved,
  armed,
  "benign-return": benignReturn,
  "cipher-mismatch": cipherMismatch,
  "updates-off": updatesOff,
  "issuer-list": issuerList,
  "many-roots": manyRoots,
  "unplanned-restart": unplannedReboot,
  "service-restart": servicesOnly,
};
