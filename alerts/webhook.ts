import { exactIntegers } from "../model/exact-integers.ts";
import { identityOf } from "../model/identity.ts";
import type { Alert } from "./alert.ts";

export interface Webhook {
  readonly url: string;
  /** Value of the header `Authorization`. */
  readonly authorization?: string | undefined;
}

/** `refused`: the other side has said no, and will say so again. */
export type Outcome = { readonly kind: "sent" } | { readonly kind: "refused"; readonly reason: string };

/** How long an answer may take, ms. */
const TIMEOUT = 10_000;

/**
 * Posts an alert as JSON: `{"kind":"alert","id":…,"incident":{…}}`, the incident as `schema/output.schema.json` has it. A receiver may get one
 * again (after a crash between its answer and our note of it): then the header `Idempotency-Key`, which is the alert's id, is the same.
 *
 * @throws when trying again may help: the receiver cannot be reached, is overloaded or broken
 */
export async function postAlert({ url, authorization }: Webhook, alert: Alert, signal: AbortSignal): Promise<Outcome> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "idempotency-key": alert.id,
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify(alert, exactIntegers),
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
  }).catch((error: Error) => {
    // What `fetch` itself says is that it failed.
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Error(`The webhook ${webhookName({ url })} does not answer: ${why}`, { cause: error });
  });
  await response.body?.cancel();
  if (response.ok) return { kind: "sent" };
  const said = `${webhookName({ url })} answers ${response.status} ${response.statusText}`;
  if (response.status >= 500 || response.status === 429 || response.status === 408) throw new Error(said);
  return { kind: "refused", reason: said };
}

/** Tells a webhook in the store and in messages; what its address may hold of secrets does not show. */
export function webhookName({ url }: Webhook): string {
  return `${new URL(url).host} ${identityOf([url]).slice(0, 8)}`;
}
