import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { incidentTable } from "../../cli/report/incident-table.ts";
import { lookOf } from "../../cli/report/look.ts";
import { timeline } from "../../cli/report/timeline.ts";
import type { Evidence, Incident } from "../../model/incident.ts";
import { logGap } from "../../model/log-gap.ts";
import { DAY, HOUR, MINUTE, SECOND, type Ticks, ticksFromIso } from "../../model/ticks.ts";
import { sampleIncident } from "../storage/samples.ts";

const look = lookOf(new PassThrough());
const START = ticksFromIso("2026-03-02T04:10:07Z")!;

function step(name: string, after: Ticks, title: string, count: number, role: Evidence["role"] = "step"): Evidence {
  const event = {
    computer: "EDGE01",
    channel: "Application",
    provider: "Microsoft-Windows-CAPI2",
    eventId: 4097,
    recordId: 139034n,
    time: START + after,
  };
  const fields: Record<string, string> =
    name === "armed"
      ? {
          Name: "Go Daddy Class 2 Certification Authority",
          How: "was added by the automatic root update",
          Thumbprint: "2796BAE63F1801E277261BA0D77770028F20EEE4",
        }
      : {};
  const events = [{ detectionId: "", ruleName: "", ruleTitle: title, event, fields }];
  return { step: name, role, count, first: event.time, last: event.time + HOUR, events };
}

const failing: Incident = sampleIncident("EDGE01", {
  title: "Go Daddy Class 2 came back on EDGE01; TLS has failed since the restart",
  severity: "critical",
  state: "failing",
  strength: "medium",
  verdict: "The same certificate is in cause and failure.",
  evidence: [
    step("failing", 18n * DAY + 21n * HOUR + 252n * SECOND, "TLS trust failure", 212),
    step("armed", 0n, "A root was added by automatic root update", 1),
    step("triggered", 18n * DAY + 21n * HOUR, "The host restarted", 1),
    step("clock", 18n * DAY + 21n * HOUR + MINUTE, "The clock was changed", 1, "counter"),
  ],
  onset: {
    before: 0,
    beforeSpan: 18n * DAY,
    after: 212,
    afterSpan: 4n * HOUR,
    rose: true,
    reason: "That is no chance.",
  },
  advice: "Look which certificate the Edge presents.\n- Then do this.",
});

test("a timeline says what happened in order, how long after each other, by which events, and what to do", () => {
  const gap = logGap({
    kind: "missing",
    computer: "EDGE01",
    channel: "System",
    from: START + HOUR,
    to: START + 2n * HOUR,
    missing: 340n,
    recordId: 5000n,
  });
  expect(timeline(failing, [gap], look)).toMatchInlineSnapshot(`
    "CRITICAL  Go Daddy Class 2 came back on EDGE01; TLS has failed since the restart
      A root came back and TLS broke (rule root_return_broke_tls), failing; incident b4ba564fe50615c7fb83d7c82adfcda9

      2026-03-02 04:10:07  armed      root "Go Daddy Class 2 Certification Authority" (2796BAE6…) was added by the automatic
                                      root update
                                      CAPI2 4097, Application record 139034
      +18d 21h             triggered  The host restarted
                                      CAPI2 4097, Application record 139034
      +1m                  clock      The clock was changed
                                      CAPI2 4097, Application record 139034; speaks against the cause
      +4m 12s              failing    TLS trust failure
                                      CAPI2 4097, Application record 139034; one of 212 from 2026-03-21 01:14:19 until
                                      2026-03-21 02:14:19

      Failures before: 0 in 18 days. In 4 hours after: 212 (53 an hour).
      Evidence: medium. The same certificate is in cause and failure.
      Log gap: the System log of EDGE01 has a gap from 2026-03-02 05:10:07 to 2026-03-02 06:10:07: 340 records are missing.
      What to do: Look which certificate the Edge presents.
      - Then do this.
    "
  `);
});

test("text from a log cannot move the cursor, forge a line or turn a line round", () => {
  const hostile = sampleIncident("EDGE01", { title: "a\nCRITICAL  forged", verdict: "\u001b[2J\u202e", state: "x\ry" });
  for (const text of [timeline(hostile, [], look), incidentTable([hostile], look)]) {
    expect(text).not.toMatch(/^CRITICAL/m);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

test("the table shows the worst first and the informational ones in a sentence each rule and state", () => {
  const everyday = ["FE01", "FE02", "fe02"].map((host) =>
    sampleIncident(host, {
      severity: "informational",
      id: host.padEnd(32, "0"),
      rule: { ...failing.rule, title: "A root came back" },
    }),
  );
  expect(incidentTable([...everyday, sampleIncident("DC01"), failing], look)).toMatchInlineSnapshot(`
    "┌──────────┬─────────┬──────────────────┬──────────────────────────────────────────────────────────┬──────────┐
    │ Severity │ State   │ Since (UTC)      │ Incident                                                 │ Id       │
    ├──────────┼─────────┼──────────────────┼──────────────────────────────────────────────────────────┼──────────┤
    │ CRITICAL │ failing │ 2026-03-02 04:10 │ Go Daddy Class 2 came back on EDGE01; TLS has failed     │ b4ba564f │
    │          │         │                  │ since the restart                                        │          │
    └──────────┴─────────┴──────────────────┴──────────────────────────────────────────────────────────┴──────────┘
    LOW  armed: 1 time on 1 host; nothing fails (A root came back and TLS broke)
    INFORMATIONAL  armed: 3 times on 2 hosts; nothing fails (A root came back)
    "
  `);
});
