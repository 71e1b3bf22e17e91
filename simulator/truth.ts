import { z } from "zod";

const iso = z.iso.datetime({ precision: 7 });
const thumbprint = z.string().regex(/^[0-9A-F]{40}$/);

/** The rules that the simulator's faults are to be found by. */
const RULE_NAMES = [
  "root_change_broke_tls",
  "cipher_mismatch",
  "root_updates_off_broke_tls",
  "issuer_list_too_long",
] as const;

const truthIncidentSchema = z.strictObject({
  scenario: z.string(),
  rule: z.enum(RULE_NAMES),
  computer: z.string(),
  state: z.enum(["armed", "triggered", "failing", "resolved"]),
  /** The roots whose return is the cause; empty where the cause is a setting or a number of roots. */
  thumbprints: z.array(thumbprint),
  /** Time of the event that armed it; of the twentieth root for a list that grew too long. */
  armed: iso,
  /** Time of the Kernel-General 12, or of the service's 7036 "running". */
  triggered: iso.optional(),
  /** Time of the first failure. */
  failing: iso.optional(),
  /** When the cause was taken back. */
  resolved: iso.optional(),
});

/** `truth.json`: what was done to the fleet, from the plan of its faults and not from anything that was found in its logs. */
export const truthSchema = z.strictObject({
  seed: z.int(),
  start: iso,
  end: iso,
  /** What the operator of this fleet would configure. */
  config: z.strictObject({ mustStayOff: z.array(thumbprint) }),
  incidents: z.array(truthIncidentSchema),
  records: z.int(),
  files: z.int(),
});

export type Truth = z.infer<typeof truthSchema>;
export type TruthIncident = z.infer<typeof truthIncidentSchema>;
