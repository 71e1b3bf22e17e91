import { type Alert, alertOf } from "../../alerts/alert.ts";
import { postAlert, type Webhook, webhookName } from "../../alerts/webhook.ts";
import { allDone } from "../../model/all-done.ts";
import type { Level } from "../../model/detection.ts";
import { readIncident } from "../../output/read.ts";
import type { IncidentOutput, WithdrawnOutput } from "../../output/schema.ts";
import { readSentAlerts, type SentAlert, writeSentAlert } from "../../storage/alerts.ts";
import type { Handler, Received } from "../../transport/transport.ts";
import type { StageContext } from "./context.ts";
import { deadLetter, sendLetters } from "./dead-letter.ts";

export interface AlertSettings {
  /** Incidents below it are not sent. */
  readonly minimum: Level;
  readonly webhooks: readonly Webhook[];
}

/** How many alerts are on their way at once. */
const AT_ONCE = 8;

/** Incidents in, alerts out. What was sent is noted in the store at once, and what is noted is not sent again. */
export function alertsStage(context: StageContext, { minimum, webhooks }: AlertSettings): Handler {
  const { store, publisher, topics, watch } = context;

  async function send(alert: Alert, webhook: Webhook, signal: AbortSignal): Promise<void> {
    const outcome = await postAlert(webhook, alert, signal);
    const sent = { id: alert.id, incidentId: alert.incident.id, target: webhookName(webhook), outcome: outcome.kind };
    await writeSentAlert(store, sent);
    watch.alert(outcome);
  }

  return {
    batch: async ({ messages }, signal) => {
      const { newest, unreadable } = readMessages(messages);
      for (const _ of unreadable) watch.deadLetter("malformed");
      await sendLetters(publisher, topics.deadletter, unreadable);
      const sent = await readSentAlerts(store, [...newest.keys()]);
      const sends = [...newest.values()].flatMap((incident) => toSend(incident, sent, minimum, webhooks));
      // One that is not noted yet would be sent again with the next try.
      for (let at = 0; at < sends.length; at += AT_ONCE)
        await allDone(sends.slice(at, at + AT_ONCE).map(([alert, webhook]) => send(alert, webhook, signal)));
    },
  };
}

/** Of each incident the newest message: what came before it is no news any more. */
function readMessages(messages: readonly Received[]) {
  const newest = new Map<string, IncidentOutput | WithdrawnOutput>();
  const unreadable = [];
  for (const message of messages) {
    try {
      const incident = readIncident(message.value.toString("utf8"));
      newest.set(incident.id, incident);
    } catch {
      unreadable.push(deadLetter(message, "malformed", "It is no incident as rootcause writes it."));
    }
  }
  return { newest, unreadable };
}

function toSend(
  incident: IncidentOutput | WithdrawnOutput,
  sent: readonly SentAlert[],
  minimum: Level,
  webhooks: readonly Webhook[],
): readonly (readonly [Alert, Webhook])[] {
  return webhooks.flatMap((webhook) => {
    const before = sent.filter((one) => one.incidentId === incident.id && one.target === webhookName(webhook));
    const alert = alertOf(incident, minimum, before.length > 0);
    return alert === undefined || before.some(({ id }) => id === alert.id) ? [] : [[alert, webhook] as const];
  });
}
