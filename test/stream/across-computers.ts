import fc from "fast-check";

/** Rules of which no group is a computer: a root that comes back everywhere, a partner that fails on all Edges; and one whose groups are computers. */
export const RULES = `
${detectionRule("root_added", 10, "Thumbprint")}
${detectionRule("root_failed", 11, "Thumbprint")}
${detectionRule("root_removed", 12, "Thumbprint")}
${detectionRule("partner_changed", 20, "Peer")}
${detectionRule("partner_failed", 21, "Peer")}
title: One root everywhere
id: one-root
name: one_root
level: high
correlation:
  type: sequence
  group-by: [Thumbprint]
  steps:
    - { state: armed, rules: [root_added] }
    - { state: failing, rules: [root_failed], within: 2d, count: { gte: 5 } }
  until: { rules: [root_removed], same: [Thumbprint] }
incident: { title: '{armed.Thumbprint}', severity: { armed: low, failing: high }, advice: none }
---
title: One partner on all machines
id: one-partner
name: one_partner
level: high
correlation:
  type: sequence
  group-by: [Peer]
  steps:
    - { state: armed, rules: [partner_changed] }
    - { state: failing, rules: [partner_failed], within: 24h, count: { gte: 4 }, onset: { lookback: 3d } }
incident: { title: '{armed.Peer}', severity: { armed: low, failing: high }, advice: none }
---
title: One machine
id: one-machine
name: one_machine
level: medium
correlation:
  type: sequence
  group-by: [Computer]
  steps:
    - { state: armed, rules: [partner_changed, root_added] }
    - { state: failing, rules: [partner_failed], within: 6h, count: { gte: 2 } }
incident: { title: '{armed.Computer}', severity: { armed: low, failing: medium }, advice: none }
`;

function detectionRule(name: string, id: number, field: string): string {
  return `title: ${name}
id: ${name}
name: ${name}
level: low
logsource: { product: windows, service: system }
detection:
  selection: { Provider_Name: Test, EventID: ${id} }
  condition: selection
capture: { ${field}: ${field} }
---`;
}

const START = Date.parse("2026-03-01T00:00:00Z");
const MINUTES = 20 * 24 * 60;

const happening = fc.record({
  id: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(10, 12, 20) },
    { weight: 30, arbitrary: fc.constantFrom(11, 21) },
  ),
  minute: fc.integer({ min: 0, max: MINUTES }),
  computer: fc.integer({ min: 1, max: 30 }),
  peer: fc.integer({ min: 1, max: 5 }),
});

/** To each partner once: it changes, and in the hours after it all computers have trouble with it. */
const troubles = [1, 2, 3, 4, 5].flatMap((peer) => {
  const begin = (3 + 3 * peer) * 24 * 60;
  const failures = Array.from({ length: 90 }, (_, n) => ({
    id: 21,
    minute: begin + 10 + 2 * n,
    computer: 1 + (n % 30),
    peer,
  }));
  return [{ id: 20, minute: begin, computer: peer, peer }, ...failures];
});

/** What happens on 30 computers in 20 days, in order of time; the same each time. As `evtx_dump` writes events. */
export function eventsAcross(): readonly { readonly computer: string; readonly json: string }[] {
  const everyday = fc.sample(happening, { numRuns: 5_500, seed: 20260301 });
  const all = [...everyday, ...troubles].toSorted((a, b) => a.minute - b.minute);
  return all.map(({ id, minute, computer, peer }, index) => {
    const Computer = `EDGE${String(computer).padStart(2, "0")}.example`;
    const System = {
      Provider: { "#attributes": { Name: "Test" } },
      EventID: id,
      EventRecordID: index + 1,
      Channel: "System",
      Computer,
      TimeCreated: { "#attributes": { SystemTime: new Date(START + minute * 60_000).toISOString() } },
    };
    const EventData = { Peer: `partner${peer}.example`, Thumbprint: String(peer).repeat(40) };
    return { computer: Computer, json: JSON.stringify({ Event: { System, EventData } }) };
  });
}
